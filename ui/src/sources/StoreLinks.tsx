/** Where the shop's cart and wishlist take an item: what the links of messages are made from. */
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import { setStoreLinks, type Source, type StoreLinksItem, storeLinksQuery } from "./queries";
import styles from "./SourceCard.module.css";

export function StoreLinks({ source }: { source: Source }) {
  const links = useQuery(storeLinksQuery);
  const mine = links.data?.items.find((one) => one.source === source.name);
  return (
    <section>
      <h3>{t("storeLinks.title")}</h3>
      <p className={styles.hint}>{t("storeLinks.detail")}</p>
      {links.isError && (
        <p role="alert" className={styles.problem}>
          {Problem.of(links.error).detail}
        </p>
      )}
      {mine !== undefined && <Patterns source={source} links={mine} />}
    </section>
  );
}

function Patterns({ source, links }: { source: Source; links: StoreLinksItem }) {
  const change = useMutation(setStoreLinks(source.id));
  const [cart, setCart] = useState(links.add_to_cart ?? "");
  const [wishlist, setWishlist] = useState(links.wishlist ?? "");
  const problem = change.isError ? Problem.of(change.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ add_to_cart: cart.trim() || null, wishlist: wishlist.trim() || null });
  };
  return (
    <form onSubmit={submit} className={styles.terms}>
      <TextInput
        label={t("storeLinks.cart")}
        placeholder="https://shop.example/cart/{variant_id}:1"
        value={cart}
        onChange={(event) => setCart(event.currentTarget.value)}
      />
      <TextInput
        label={t("storeLinks.wishlist")}
        placeholder="{url}#wishlist"
        value={wishlist}
        onChange={(event) => setWishlist(event.currentTarget.value)}
      />
      <div className={styles.save}>
        {problem !== null && (
          <p role="alert" className={styles.problem}>
            {problem.errors[0]?.detail ?? problem.detail}
          </p>
        )}
        {change.isSuccess && <span role="status">{t("sources.saved")}</span>}
        <Button type="submit" size="xs" loading={change.isPending}>
          {t("storeLinks.save")}
        </Button>
      </div>
    </form>
  );
}
