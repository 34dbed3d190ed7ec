//! Backups, restore and exports. Exports go to the downloads folder.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use partner::Folder;
use partner::ids::{CampaignId, RequestId, XpoAccountId};
use partner::queries::accounts::AccountQuery;
use partner::queries::ad_groups::AdGroupQuery;
use partner::queries::ads::AdQuery;
use partner::queries::audiences::{AudienceKey, AudienceQuery};
use partner::queries::campaigns::CampaignQuery;
use partner::queries::goals::GoalQuery;
use partner::queries::history::HistoryQuery;
use partner::queries::requests::RequestQuery;
use partner::queries::syncs::SyncQuery;
use partner::queries::xpo_accounts::XpoAccountQuery;
use partner::store::backup::Backup;
use partner::tables::file::Format;
use partner::tables::list_export::Exported;
use serde::{Deserialize, Serialize};
use services::problem::{Problem, ProblemCode};
use specta::Type;
use tauri::{AppHandle, Manager};

use super::App;
use super::partners::Session;
use crate::app::background::run;
use crate::app::session::{self, OpenPartner};
use crate::app::state::State;
use crate::events::{Changed, What, tell};

/// A backup of the partner's file.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupFile {
    pub name: String,
    /// RFC 3339.
    pub taken_at: String,
    /// In bytes.
    #[specta(type = f64)]
    pub size: u64,
}

/// The backups of the open partner, newest first.
#[tauri::command]
#[specta::specta]
pub async fn backups(state: App<'_>) -> Result<Vec<BackupFile>, Problem> {
    let found = backups_of(&state).await?;
    Ok(found
        .into_iter()
        .map(|backup| BackupFile {
            name: name_of(&backup.path),
            taken_at: backup.taken.to_string(),
            size: backup.size,
        })
        .collect())
}

/// Takes a backup now.
#[tauri::command]
#[specta::specta]
pub async fn back_up_now(app: AppHandle, state: App<'_>) -> Result<(), Problem> {
    let open = state.session.current()?;
    run(move || open.book.back_up_now(Timestamp::now())).await??;
    tell(&app, Changed { what: vec![What::Settings] });
    Ok(())
}

/// Restores a backup in place of the open partner's file, which is kept beside it, and opens it.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: AppHandle, state: App<'_>, name: String) -> Result<Session, Problem> {
    let backup = backups_of(&state).await?.into_iter().find(|backup| name_of(&backup.path) == name);
    let backup = backup.ok_or_else(|| Problem::new(ProblemCode::FileMissing).about(&name))?;
    let restore = move |folder: &Folder, file: &str| folder.restore(Some(file), &backup.path).map(|_| ());
    let open =
        session::with_closed_file(&app, &state, restore).await.map_err(|problem| problem.about(&name))?;
    Session::of(open).await
}

/// Exports every table of the book into a new folder among the downloads and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_everything(app: AppHandle, state: App<'_>, format: Format) -> Result<String, Problem> {
    let open = state.session.current()?;
    let parent = downloads(&app)?;
    let folder = run(move || open.book.export(&parent, format, &mut |_| open.go_on())).await??;
    Ok(folder.to_string_lossy().into_owned())
}

/// Exports the XPO accounts and advertisers as a table that can be imported again, and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_directory(app: AppHandle, state: App<'_>) -> Result<String, Problem> {
    let open = state.session.current()?;
    let folder = downloads(&app)?;
    let path = run(move || {
        let path = open.book.place_for_table(&folder, "xpo-accounts", Format::Csv);
        open.book.export_directory(&path).map(|()| path)
    })
    .await??;
    Ok(path.to_string_lossy().into_owned())
}

/// A list to write as a table, as the screen has filtered and sorted it, or what of it was selected.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "list", rename_all = "snake_case")]
pub enum ListToExport {
    /// TikTok Accounts.
    Accounts {
        /// Which.
        query: AccountQuery,
        /// Only these.
        only: Option<Vec<String>>,
    },
    /// Campaigns.
    Campaigns {
        /// Which.
        query: CampaignQuery,
        /// Only these.
        only: Option<Vec<CampaignId>>,
    },
    /// Audiences.
    Audiences {
        /// Which.
        query: AudienceQuery,
        /// Only these.
        only: Option<Vec<AudienceKey>>,
    },
    /// XPO accounts.
    XpoAccounts {
        /// Which.
        query: XpoAccountQuery,
        /// Only these.
        only: Option<Vec<XpoAccountId>>,
    },
    /// Conversion goals and remarketing tags.
    Goals {
        /// Which.
        query: GoalQuery,
    },
    /// Ad groups.
    AdGroups {
        /// Which.
        query: AdGroupQuery,
    },
    /// Ads.
    Ads {
        /// Which.
        query: AdQuery,
    },
    /// Requests for TikTok ad accounts.
    Requests {
        /// Which.
        query: RequestQuery,
        /// Only these.
        only: Option<Vec<RequestId>>,
    },
    /// Sync activity.
    Syncs {
        /// Which.
        query: SyncQuery,
        /// Only these.
        #[specta(type = Option<Vec<f64>>)]
        only: Option<Vec<i64>>,
    },
    /// Change history.
    History {
        /// Which.
        query: HistoryQuery,
    },
}

/// Write a list as a table among the downloads. Its path.
#[tauri::command]
#[specta::specta]
pub async fn export_list(app: AppHandle, state: App<'_>, list: ListToExport) -> Result<String, Problem> {
    fn write<Q: Exported>(
        open: &OpenPartner,
        folder: &Path,
        what: &str,
        query: &Q,
        only: Option<&[Q::Id]>,
    ) -> partner::Result<PathBuf> {
        let path = open.book.place_for_table(folder, what, Format::Csv);
        open.book.export_list(query, only, &path, Format::Csv, &mut |_| open.go_on())?;
        Ok(path)
    }
    let open = state.session.current()?;
    let folder = downloads(&app)?;
    let path = run(move || match list {
        ListToExport::Accounts { query, only } => {
            write(&open, &folder, "tiktok-accounts", &query, only.as_deref())
        }
        ListToExport::Campaigns { query, only } => {
            write(&open, &folder, "campaigns", &query, only.as_deref())
        }
        ListToExport::Audiences { query, only } => {
            write(&open, &folder, "audiences", &query, only.as_deref())
        }
        ListToExport::XpoAccounts { query, only } => {
            write(&open, &folder, "xpo-accounts", &query, only.as_deref())
        }
        ListToExport::Goals { query } => write(&open, &folder, "goals-and-tags", &query, None),
        ListToExport::AdGroups { query } => write(&open, &folder, "ad-groups", &query, None),
        ListToExport::Ads { query } => write(&open, &folder, "ads", &query, None),
        ListToExport::Requests { query, only } => write(&open, &folder, "requests", &query, only.as_deref()),
        ListToExport::Syncs { query, only } => {
            write(&open, &folder, "sync-activity", &query, only.as_deref())
        }
        ListToExport::History { query } => write(&open, &folder, "change-history", &query, None),
    })
    .await??;
    Ok(path.to_string_lossy().into_owned())
}

/// Show what was exported, in the system's own way.
#[tauri::command]
#[specta::specta]
pub async fn show_downloads(app: AppHandle) -> Result<(), Problem> {
    let folder = downloads(&app)?;
    let shown = run(move || open::that_detached(&folder)).await?;
    shown.map_err(|error| Problem::new(ProblemCode::BrowserMissing).because(error))
}

async fn backups_of(state: &State) -> Result<Vec<Backup>, Problem> {
    let (folder, file) = (state.folder.clone(), state.session.current()?.file.clone());
    Ok(run(move || folder.backups(&file)).await??)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Where the system puts what its user downloads, or else the user's own folder.
pub fn downloads(app: &AppHandle) -> Result<PathBuf, Problem> {
    let path = app.path();
    path.download_dir().or_else(|_| path.home_dir()).map_err(Problem::internal)
}
