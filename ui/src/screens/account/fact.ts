import type { FactKind, Media } from "../../ipc";

/** An object of TikTok's whose fields are to be shown. */
export interface Fact {
  kind: FactKind;
  id: string;
  name: string;
  media?: readonly Media[];
}
