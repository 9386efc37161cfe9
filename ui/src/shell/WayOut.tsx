/** A button that leads to a page of ours. */
import { Button } from "@mantine/core";
import { Link } from "react-router";

export function WayOut({ to, children }: { to: string; children: string }) {
  return (
    <Button component={Link} to={to} variant="default" size="sm">
      {children}
    </Button>
  );
}
