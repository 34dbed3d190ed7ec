import { plain } from "../../components/text/text";
import type { AccountPair, Action, TreeAccount } from "../../ipc";
import { counted } from "../../lib/numbers";

/**
 * Returns text such as "Success: Northwind allocated to 3 advertisers of Client 1, deallocated from 1 advertiser of
 * Client 2."
 */
export function allocationMessage(who: string, action: Action, tree: readonly TreeAccount[]): string {
  if (action.action !== "allocate_accounts") return "";
  const part = (verb: string, pairs: readonly AccountPair[]) => {
    const ids = new Set(pairs.map(({ advertiser }) => advertiser));
    const owners = tree.filter(({ advertisers }) => advertisers.some(({ id }) => ids.has(id)));
    const of = owners.length === 1 && owners[0] ? ` of ${plain(owners[0].name)}` : "";
    return ids.size > 0 ? `${verb} ${counted(ids.size, "advertiser")}${of}` : "";
  };
  const parts = [part("allocated to", action.allocate), part("deallocated from", action.deallocate)];
  const changes = parts.filter(Boolean).join(", ");
  return changes ? `Success: ${who} ${changes}.` : `Success: payment mode of ${who} changed.`;
}
