/** A picture: an address, a file that is uploaded, or whatever picture the product has. */
import { Button, FileButton, SegmentedControl } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import styles from "./Composer.module.css";
import { sampled, useSamples } from "./samples";
import { TemplateField } from "./TemplateField";

const WAYS = ["address", "upload", "product"] as const;
type Way = (typeof WAYS)[number];
const OF_THE_PRODUCT = "{{ product.image_url | default('') }}";
const FILES = "image/png,image/jpeg,image/gif,image/webp";

interface Props {
  label: string;
  value: string;
  onChange: (address: string) => void;
}

export function PictureField({ label, value, onChange }: Props) {
  const [way, setWay] = useState<Way>(() => wayOf(value));
  const upload = useMutation({ mutationFn: uploaded, onSuccess: ({ url }) => onChange(url) });
  const shown = sampled(value, useSamples());
  const choose = (next: Way) => {
    setWay(next);
    upload.reset();
    if (next === "product") onChange(OF_THE_PRODUCT);
    else if (way === "product") onChange("");
  };
  return (
    <div className={styles.pictureField} role="group" aria-label={label}>
      <span className={styles.pictureLabel}>{label}</span>
      <SegmentedControl
        size="xs"
        fullWidth
        value={way}
        onChange={(next) => choose(next as Way)}
        data={WAYS.map((one) => ({ value: one, label: t(`picture.way.${one}`) }))}
        aria-label={t("picture.from", { field: label })}
      />
      {way === "address" && <TemplateField isAddress label={t("picture.address", { field: label })} value={value} onChange={onChange} />}
      {way === "product" && <TemplateField isAddress label={t("picture.attribute", { field: label })} value={value} onChange={onChange} />}
      {way === "upload" && (
        <div className={styles.upload}>
          {/^https?:/.test(shown) && <img src={shown} alt={t("picture.chosen")} />}
          <FileButton accept={FILES} onChange={(file) => file !== null && upload.mutate(file)} inputProps={{ "aria-label": t("picture.choose", { field: label }) }}>
            {(props) => (
              <Button {...props} size="xs" variant="default" loading={upload.isPending} leftSection={<Upload size={14} aria-hidden="true" />}>
                {t(/^https?:/.test(shown) ? "picture.another" : "picture.upload")}
              </Button>
            )}
          </FileButton>
          <small>{t("picture.limits")}</small>
        </div>
      )}
      {upload.isError && (
        <p className={styles.pictureProblem} role="alert">
          {Problem.of(upload.error).detail}
        </p>
      )}
    </div>
  );
}

function wayOf(value: string): Way {
  if (/^\{\{\s*product\./.test(value)) return "product";
  return value.includes("/pictures/") ? "upload" : "address";
}

async function uploaded(file: File) {
  const sent = { body: file as unknown as string, bodySerializer: (body: unknown) => body as File, headers: { "Content-Type": file.type } };
  return read(api.POST("/v1/pictures", sent));
}
