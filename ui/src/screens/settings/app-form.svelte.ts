import { commands, type Problem, type TestStep, type TiktokApp, type TiktokAppForm } from "../../ipc";
import { SettingsForm } from "./settings-form.svelte";

const empty = { appId: "", secret: "", redirectUrl: "", apiAddress: "", loginAddress: "" };

export type Field = keyof typeof empty;

/** TikTok's own addresses: API for Business v1.3 and the authorization page of its developer portal. */
export const TIKTOK = {
  apiAddress: "https://business-api.tiktok.com/open_api/v1.3",
  loginAddress: "https://business-api.tiktok.com/portal/auth",
};

/** The settings of the TikTok app. */
export class AppForm extends SettingsForm<TiktokApp, typeof empty> {
  /** The steps of the last test. */
  steps = $state.raw<TestStep[] | null>(null);

  protected readonly fieldOf = {
    app_id_invalid: "appId",
    secret_missing: "secret",
    redirect_url_invalid: "redirectUrl",
    api_address_invalid: "apiAddress",
    login_address_invalid: "loginAddress",
  } as const;

  constructor() {
    super({ ...empty });
  }

  useTiktok(): void {
    Object.assign(this.values, TIKTOK);
    this.changed();
  }

  protected valuesOf({ hasSecret: _, ...values }: TiktokApp): typeof empty {
    return { ...values, secret: "" };
  }

  protected read(): Promise<TiktokApp> {
    return commands.tiktokApp();
  }

  protected validate(): Promise<Problem[]> {
    return commands.checkTiktokApp(this.#form());
  }

  protected write(): Promise<TiktokApp> {
    return commands.saveTiktokApp(this.#form());
  }

  protected async runTest(): Promise<void> {
    this.steps = await commands.testConnection(this.#form());
  }

  protected clearTest(): void {
    this.steps = null;
  }

  /** The saved secret is kept when none is entered. */
  #form(): TiktokAppForm {
    const { secret, ...rest } = this.values;
    const keep = secret === "" && this.saved?.hasSecret === true;
    return { ...rest, secret: keep ? null : secret };
  }
}
