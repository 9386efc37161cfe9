/** What whoever is signed in may do. The API decides; pages leave out what it would refuse. */
import type { Session } from "../client/types";
import { useSession } from "./session";

export type Permission = Session["permissions"][number];

export function useMay(permission: Permission): boolean {
  return useSession().data?.permissions.includes(permission) === true;
}
