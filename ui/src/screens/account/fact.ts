import type { FactKind, Media } from "../../ipc";

/** An object whose fields are shown. */
export interface Fact {
  kind: FactKind;
  id: string;
  name: string;
  media?: readonly Media[];
}
