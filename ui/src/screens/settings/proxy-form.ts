import { session } from "../../features/app/session.svelte";
import { commands, type ProxyForm, type ProxySettings, type TestStep } from "../../ipc";
import { problemIn, SettingsForm } from "./settings-form.svelte";

const empty = { address: "", user: "", password: "" };
type Values = typeof empty;

/** The saved password stays if none is entered. */
const request = ({ password, ...rest }: Values): ProxyForm => ({ ...rest, password: password || null });

export const proxyForm = () =>
  new SettingsForm<Values, ProxySettings, TestStep[]>({
    empty,
    valuesOf: ({ address, user }) => ({ address, user, password: "" }),
    fieldOf: { proxy_address_invalid: "address" },
    load: commands.proxySettings,
    check: (values) => commands.checkProxy(request(values)),
    save: (values) => commands.saveProxy(request(values)),
    test: (values) => commands.testProxy(request(values)),
    problemOf: problemIn,
    // TikTok of the practice partner is on this computer.
    testsSaved: () => !session.current?.practice,
  });
