//! The list of commands and events, for Tauri and, as TypeScript, for the window.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use partner::decisions::{DecisionKind, GoalKind, PaymentMode, XpoState};
use partner::facts::objects::FactKind;
use partner::facts::status::Availability;
use partner::facts::users::UserState;
use partner::named::ObjectKind;
use partner::queries::account_sync::{AccountSyncState, Age};
use partner::queries::accounts::Connection;
use partner::queries::paging::PAGE;
use partner::queries::requests::RequestState;
use partner::sync_jobs::job::{JobKind, JobState, WaitsFor};
use partner::sync_jobs::settings::{AppTier, Schedule};
use partner::tables::allocations::columns::{Field, SheetKind};
use partner::tables::allocations::table::AllocationResult;
use services::problem::{ProblemCode, Words};
use specta_typescript::Typescript;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

use crate::commands::{
    accounts, allocation_files, decisions, files, help, history, import, lists, mail, overview, partners,
    preferences, proxy, requests, secrets, settings, suggestions, sync, views, xpo,
};
use crate::events::{
    CloseRequested, Crashed, DataChanged, ExportProgress, FileDrag, ImportStage, LinkRefused, ReadProgress,
    ScreenChosen, SignInPage, SyncProgress,
};

/// Returns a builder with all commands and events. The build script reads the list of commands and allows them to the main
/// window.
pub fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .error_handling(ErrorHandlingMode::Throw)
        .disable_serde_phases()
        .commands(collect_commands![
            partners::partners,
            partners::create_partner,
            partners::open_partner,
            partners::open_incomplete_partner,
            partners::open_partner_copy,
            partners::open_practice,
            partners::rename_partner,
            partners::delete_partner,
            partners::has_copy,
            partners::reset_practice,
            partners::close_partner,
            partners::session,
            partners::session_news,
            partners::window_ready,
            secrets::keep_secrets_for_this_run,
            secrets::encrypt_secrets,
            secrets::unlock_secrets,
            secrets::try_keychain_again,
            settings::tiktok_app,
            settings::check_tiktok_app,
            settings::save_tiktok_app,
            settings::test_connection,
            import::import_accounts,
            import::continue_import,
            import::cancel_import,
            import::disconnect_user,
            accounts::tiktok_users,
            accounts::account_rows,
            accounts::account_names,
            accounts::account_facets,
            accounts::account_page,
            accounts::add_payment,
            decisions::preview,
            decisions::commit,
            decisions::unblocked_part,
            lists::list,
            lists::list_page,
            lists::list_keys,
            lists::list_ids,
            lists::paste,
            lists::export_list,
            lists::campaign_facets,
            lists::audience_facets,
            views::views,
            views::save_view,
            views::rename_view,
            views::delete_view,
            xpo::xpo_tree,
            xpo::xpo_account,
            xpo::dropped_file,
            xpo::read_directory_table,
            xpo::import_directory_table,
            allocation_files::export_allocations,
            allocation_files::read_allocation_file,
            allocation_files::forget_allocation_file,
            allocation_files::compare_allocations,
            allocation_files::preview_allocations,
            allocation_files::blocked_allocations,
            allocation_files::save_allocations,
            history::next_undo,
            history::undoable,
            history::history_actors,
            history::history_subject,
            history::allocations_as_of,
            history::allocated_as_of,
            overview::first_steps,
            overview::coverage,
            overview::attention,
            overview::deleted_but_allocated,
            overview::freshness,
            overview::flows,
            overview::search,
            suggestions::suggestions,
            files::backups,
            files::backups_of_file,
            files::restore_file,
            files::restore_lost_partner,
            files::backup_status,
            files::back_up_now,
            files::restore_backup,
            files::choose_backup,
            files::lost_by_restoring,
            files::export_everything,
            files::export_directory,
            files::cancel_export,
            files::use_another_export_folder,
            files::show_in_folder,
            help::report_page_error,
            help::this_version,
            help::save_support_report,
            help::newer_version,
            help::download_newer_version,
            help::install_newer_version,
            accounts::raw_json,
            sync::request_syncs,
            sync::cancel_syncs,
            sync::retry_syncs,
            sync::reachability,
            sync::sync_stall,
            sync::sync_counts,
            sync::sync_settings,
            sync::save_sync_settings,
            sync::network_is_back,
            requests::request_choices,
            requests::request_counts,
            requests::resend_request,
            requests::mail_of_request,
            mail::mail_settings,
            mail::check_mail_settings,
            mail::save_mail_settings,
            mail::test_mail,
            mail::practice_mails,
            preferences::preferences,
            preferences::save_preferences,
            preferences::profile,
            preferences::save_profile,
            preferences::zoom,
            preferences::show_theme,
            preferences::set_leaving,
            preferences::quit,
            proxy::proxy_settings,
            proxy::check_proxy,
            proxy::save_proxy,
            proxy::test_proxy,
        ])
        .constant("labels", labels())
        .constant("problems", problems())
        .constant("rowsPerPage", PAGE)
        .events(collect_events![
            DataChanged,
            CloseRequested,
            Crashed,
            ExportProgress,
            FileDrag,
            ImportStage,
            ReadProgress,
            LinkRefused,
            SignInPage,
            ScreenChosen,
            SyncProgress
        ])
}

/// The labels of enums, as pairs in the order of their variants.
fn labels() -> BTreeMap<&'static str, Vec<[&'static str; 2]>> {
    macro_rules! labels {
        ($($name:ident)*) => {
            BTreeMap::from([$((
                stringify!($name),
                $name::ALL.iter().map(|value| [value.as_str(), value.label()]).collect(),
            )),*])
        };
    }
    labels! {
        AccountSyncState Age AllocationResult AppTier Availability Connection DecisionKind FactKind Field GoalKind JobKind JobState ObjectKind
        PaymentMode RequestState Schedule SheetKind UserState WaitsFor XpoState
    }
}

/// The texts of problems, by code.
fn problems() -> BTreeMap<ProblemCode, Words> {
    ProblemCode::ALL.iter().map(|code| (*code, code.words())).collect()
}

/// Writes the TypeScript bindings (`ui/src/ipc/bindings.ts`) to `path`.
///
/// # Errors
/// Fails when a type has no TypeScript form, or the file cannot be written.
pub fn write_typescript(path: &Path) -> Result<(), Box<dyn Error>> {
    let header = "// Generated from src-tauri/bindings.rs: make bindings.\n";
    Ok(builder().export(Typescript::default().header(header), path)?)
}
