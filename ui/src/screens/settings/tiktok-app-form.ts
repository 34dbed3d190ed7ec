import { commands, type TestStep, type TiktokApp, type TiktokAppForm } from "../../ipc";
import { problemIn, SettingsForm } from "./settings-form.svelte";

/** TikTok's own addresses: API for Business v1.3 and the authorization page of its developer portal. */
export const tiktokAddresses = {
  apiAddress: "https://business-api.tiktok.com/open_api/v1.3",
  signInAddress: "https://business-api.tiktok.com/portal/auth",
};

const empty = { appId: "", secret: "", redirectUrl: "", apiAddress: "", signInAddress: "" };
type Values = typeof empty;

/** The saved secret stays if none is entered. */
function request({ secret, ...rest }: Values, saved: TiktokApp | null): TiktokAppForm {
  return { ...rest, secret: secret === "" && saved?.hasSecret ? null : secret };
}

export const tiktokAppForm = () =>
  new SettingsForm<Values, TiktokApp, TestStep[]>({
    empty,
    valuesOf: ({ hasSecret: _, testedAt: _at, ...values }) => ({ ...values, secret: "" }),
    fieldOf: {
      app_id_invalid: "appId",
      secret_missing: "secret",
      secret_for_other_server: "secret",
      redirect_url_invalid: "redirectUrl",
      api_address_invalid: "apiAddress",
      sign_in_address_invalid: "signInAddress",
    },
    load: commands.tiktokApp,
    check: (values, saved) => commands.checkTiktokApp(request(values, saved)),
    save: (values, saved) => commands.saveTiktokApp(request(values, saved)),
    test: (values, saved) => commands.testConnection(request(values, saved)),
    problemOf: problemIn,
  });
