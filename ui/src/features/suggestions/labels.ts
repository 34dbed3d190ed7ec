import { plain } from "../../components/text/text";
import type { Suggestion } from "../../ipc";
import { nameOf } from "../app/objects";

/** Returns "Suggested: Orbit Shoes (Orbit Group), because 14 of 15 campaigns named ORB_* went to Orbit Shoes." */
export const suggestionText = ({ advertiser, xpoAccount, reason }: Suggestion) =>
  `Suggested: ${nameOf(advertiser)} (${nameOf(xpoAccount)}), because ${plain(reason)}.`;
