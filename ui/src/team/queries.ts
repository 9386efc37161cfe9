/** What the pages of members, keys and one's own account ask the API. */
import { mutationOptions, queryOptions } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { queryClient } from "../client/queryClient";
import type { components } from "../client/schema";

type Schemas = components["schemas"];
export type Member = Schemas["Member"];
export type Role = Member["role"];
export type SignInLink = Schemas["SignInLink"];
export type ApiKey = Schemas["ApiKey"];
export type Scope = ApiKey["scope"];

export const ROLES = ["admin", "marketer", "developer", "support", "viewer"] as const satisfies readonly Role[];
export const SCOPES = ["write", "server", "admin"] as const satisfies readonly Scope[];

export const membersQuery = queryOptions({
  queryKey: ["staff"],
  queryFn: () => read(api.GET("/v1/staff")),
});

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: () => read(api.GET("/v1/keys")),
});

export const secondApproverQuery = queryOptions({
  queryKey: ["second-approver"],
  queryFn: () => read(api.GET("/v1/workspace/second-approver")),
});

export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: () => read(api.GET("/v1/session/account")),
});

export const addMember = mutationOptions<Schemas["MemberWithLink"], Error, Schemas["NewMember"]>({
  mutationKey: ["staff", "add"],
  mutationFn: (body) => read(api.POST("/v1/staff", { body })),
  onSuccess: () => queryClient.invalidateQueries({ queryKey: membersQuery.queryKey }),
});

export const changeMember = mutationOptions<Member, Error, { id: string } & Schemas["MemberChange"]>({
  mutationKey: ["staff", "change"],
  mutationFn: ({ id, ...body }) => read(api.PATCH("/v1/staff/{member_id}", { params: { path: { member_id: id } }, body })),
  onSettled: () => queryClient.invalidateQueries({ queryKey: membersQuery.queryKey }),
});

/** A link for a member; to `forget` also takes the password away and signs her out everywhere. */
export const makeLink = mutationOptions<SignInLink, Error, { id: string; forget: boolean }>({
  mutationKey: ["staff", "link"],
  mutationFn: ({ id, forget }) =>
    read(api.POST("/v1/staff/{member_id}/sign-in-link", { params: { path: { member_id: id } }, body: { forget_password: forget } })),
  onSuccess: () => queryClient.invalidateQueries({ queryKey: membersQuery.queryKey }),
});

export const makeKey = mutationOptions<Schemas["MadeApiKey"], Error, Schemas["NewApiKey"]>({
  mutationKey: ["keys", "make"],
  mutationFn: (body) => read(api.POST("/v1/keys", { body })),
  onSuccess: () => queryClient.invalidateQueries({ queryKey: keysQuery.queryKey }),
});

export const revokeKey = mutationOptions<unknown, Error, string>({
  mutationKey: ["keys", "revoke"],
  mutationFn: (id) => read(api.DELETE("/v1/keys/{key_id}", { params: { path: { key_id: id } } })),
  onSuccess: () => queryClient.invalidateQueries({ queryKey: keysQuery.queryKey }),
});

export const choosePassword = mutationOptions<unknown, Error, Schemas["NewPassword"]>({
  mutationKey: ["account", "password"],
  mutationFn: (body) => read(api.PUT("/v1/session/password", { body })),
  onSuccess: () => queryClient.invalidateQueries({ queryKey: accountQuery.queryKey }),
});

/** Whether a second person must approve each launch. */
export const askForSecond = mutationOptions<{ on: boolean }, Error, boolean>({
  mutationKey: ["second-approver"],
  mutationFn: (on) => read(api.PUT("/v1/workspace/second-approver", { body: { on } })),
  onSuccess: (now) => queryClient.setQueryData(secondApproverQuery.queryKey, now),
});
