// This file has the shape that tauri-specta generates from the Rust side. Do not edit it by hand.
import { invoke as __TAURI_INVOKE } from "@tauri-apps/api/core";
import * as __TAURI_EVENT from "@tauri-apps/api/event";

/** Commands */
export const commands = {
	partners: () => __TAURI_INVOKE<PartnerFile[]>("partners"),
	createPartner: (name: string) => __TAURI_INVOKE<Session>("create_partner", { name }),
	openPartner: (file: string) => __TAURI_INVOKE<Session>("open_partner", { file }),
	openPractice: () => __TAURI_INVOKE<Session>("open_practice"),
	closePartner: () => __TAURI_INVOKE<null>("close_partner"),
	session: () => __TAURI_INVOKE<Session | null>("session"),
	windowReady: () => __TAURI_INVOKE<null>("window_ready"),
	keepKeysForThisRun: () => __TAURI_INVOKE<Session>("keep_keys_for_this_run"),
	sealKeys: (passphrase: string) => __TAURI_INVOKE<Session>("seal_keys", { passphrase }),
	unsealKeys: (passphrase: string) => __TAURI_INVOKE<Session>("unseal_keys", { passphrase }),
	tryKeychainAgain: () => __TAURI_INVOKE<Session>("try_keychain_again"),
	tiktokApp: () => __TAURI_INVOKE<TiktokApp>("tiktok_app"),
	checkTiktokApp: (form: TiktokAppForm) => __TAURI_INVOKE<Problem[]>("check_tiktok_app", { form }),
	saveTiktokApp: (form: TiktokAppForm) => __TAURI_INVOKE<TiktokApp>("save_tiktok_app", { form }),
	testConnection: (form: TiktokAppForm) => __TAURI_INVOKE<TestStep[]>("test_connection", { form }),
	importAccounts: (way: LoginWay, userId: string | null) => __TAURI_INVOKE<ImportReport>("import_accounts", { way, userId }),
	cancelImport: () => __TAURI_INVOKE<null>("cancel_import"),
	continueImport: () => __TAURI_INVOKE<ImportReport>("continue_import"),
	tiktokUsers: () => __TAURI_INVOKE<TiktokUser[]>("tiktok_users"),
	disconnectUser: (id: string, evenIfUnreachable: boolean) => __TAURI_INVOKE<null>("disconnect_user", { id, evenIfUnreachable }),
	listAccounts: (query: AccountQuery) => __TAURI_INVOKE<AccountListing>("list_accounts", { query }),
	accountRows: (ids: string[]) => __TAURI_INVOKE<AccountRow[]>("account_rows", { ids }),
	accountFacets: () => __TAURI_INVOKE<AccountFacets>("account_facets"),
	addPayment: (id: string) => __TAURI_INVOKE<PaymentPage>("add_payment", { id }),
};

/** Events */
export const events = {
	changed: makeEvent<Changed>("changed"),
	importStage: makeEvent<ImportStage>("import-stage"),
};

/* Types */
export type AccountFacets = { statuses: StatusFacet[]; connections: ConnectionFacet[]; users: UserFacet[] };
export type AccountListing = { ids: string[]; of: number; rows: AccountRow[] };
export type AccountName = { id: string; name: string };
export type AccountQuery = { search: string; sort: AccountSort; descending: boolean; statuses: string[]; connections: Connection[]; users: string[] };
export type AccountRow = { id: string; name: string; status: AccountStatus; connection: Connection; users: AccountName[]; currency: string | null; timezone: string | null; country: string | null; company: string | null; rejectionReason: string | null; seenAt: string };
export type AccountSort = "id" | "name" | "status" | "currency" | "timezone" | "user" | "seen";
export type AccountStatus = { raw: string; label: string; tone: Tone };
export type Changed = { what: What[] };
export type Connection = "connected" | "needs_authorization" | "no_access";
export type ConnectionFacet = { connection: Connection; count: number };
export type ImportReport = { userId: string; userName: string; accounts: number; added: AccountName[]; updated: number; unchanged: number; lost: AccountName[]; expectedUser: string | null };
export type ImportStage = { stage: Stage; done: number; of: number };
export type Keys = "keychain" | "this_run" | "sealed" | "sealed_locked";
export type LoginWay = "popup" | "browser";
export type PartnerFile = { file: string; name: string; practice: boolean; modifiedAt: string; problem: Problem | null };
export type PaymentPage = { url: string; opened: boolean };
export type Problem = { code: ProblemCode; subject: string | null; details: ProblemDetails | null; canContinue: boolean };
export type ProblemCode = "name_empty" | "name_too_long" | "name_characters" | "name_taken" | "file_in_use" | "file_read_only" | "file_newer" | "file_not_partner" | "file_damaged" | "file_missing" | "disk_full" | "folder_unwritable" | "app_id_invalid" | "secret_missing" | "redirect_url_invalid" | "api_address_invalid" | "login_address_invalid" | "app_not_set_up" | "keychain_missing" | "keychain_locked" | "keychain_failed" | "keys_sealed" | "passphrase_wrong" | "passphrase_short" | "login_in_progress" | "login_window_closed" | "login_cancelled" | "login_state_mismatch" | "login_wrong_redirect" | "login_timed_out" | "browser_needs_loopback" | "port_in_use" | "browser_missing" | "offline" | "tiktok_timeout" | "tiktok_unavailable" | "tiktok_unexpected" | "throttled" | "maintenance" | "app_keys_wrong" | "auth_code_used" | "login_needed" | "no_permission" | "no_ad_accounts" | "country_blocked" | "tiktok_refused" | "partner_not_open" | "internal";
export type ProblemDetails = { tiktokCode: number | null; requestId: string | null; message: string };
export type Session = { name: string; file: string; practice: boolean; keys: Keys; appReady: boolean };
export type Stage = "log_in" | "exchange" | "accounts" | "details" | "saving";
export type StatusFacet = { label: string; tone: Tone; count: number };
export type TestStep = { step: TestedPart; problem: Problem | null };
export type TestedPart = "address" | "app_keys" | "redirect_url";
export type TiktokApp = { appId: string; hasSecret: boolean; redirectUrl: string; apiAddress: string; loginAddress: string };
export type TiktokAppForm = { appId: string; secret: string | null; redirectUrl: string; apiAddress: string; loginAddress: string };
export type TiktokUser = { id: string; name: string; email: string; state: UserState; accounts: number; connectedAt: string };
export type Tone = "ok" | "wait" | "bad" | "off";
export type UserFacet = { id: string; name: string; count: number };
export type UserState = "connected" | "needs_authorization" | "disconnected";
export type What = "accounts" | "users" | "settings" | "partners";

/* Tauri Specta runtime */
function makeEvent<T>(name: string) {
	return {
		listen: (cb: __TAURI_EVENT.EventCallback<T>) => __TAURI_EVENT.listen(name, cb),
		once: (cb: __TAURI_EVENT.EventCallback<T>) => __TAURI_EVENT.once(name, cb),
	};
}
