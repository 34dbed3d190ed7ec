//! The arguments, as `--help`, the man page and the completions of shells describe them.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use partner::decisions::PaymentMode;
use serde::{Deserialize, Serialize};

const EXIT_CODES: &str = "Exit codes:
  0    Done.
  1    Failed. Nothing was changed, unless the message says so.
  2    The arguments can't be used, or name something that the partner
       doesn't have.
  3    Blocked. The message lists the reasons, and nothing was changed.
  4    Partly done: a sync couldn't read everything, an import left out rows
       that can't be read, or the doctor found a problem. The message says
       which.
  130  Cancelled with Ctrl-C, or because the partner was closed. Nothing was
       changed, unless the message says so. A second Ctrl-C ends a command that
       takes long to stop.

Without a command, XPO Admin opens its window. If the window has the partner
open, commands run there and its screens follow. XPO_ADMIN_DATA_DIR is the
folder of all data, instead of the usual one.";

/// Allocates TikTok ad accounts, campaigns and audiences to XPO accounts.
#[derive(Debug, Parser)]
#[command(name = "xpo-admin", version, after_help = EXIT_CODES, subcommand_required = true)]
pub struct Arguments {
    /// The partner, by name. Default: the one that was open last.
    #[arg(long, global = true, value_name = "NAME")]
    pub partner: Option<String>,
    /// Prints JSON for scripts.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the partners on this computer.
    Partners,
    /// Prints a list, or writes it to a file.
    List(List),
    /// Exports everything into a new folder, or a saved view into a new file, and prints its path.
    Export {
        /// The folder to create it in, which is created if it is missing.
        folder: PathBuf,
        /// Exports only what a saved view shows.
        #[arg(long, value_name = "NAME")]
        view: Option<String>,
        #[arg(long, value_enum, default_value = "csv")]
        format: FileFormat,
    },
    /// Allocates accounts, campaigns or audiences to an advertiser.
    Allocate {
        #[command(flatten)]
        items: Items,
        /// The advertiser, by name or ID.
        #[arg(long, value_name = "ADVERTISER")]
        to: String,
        /// Who pays TikTok for the accounts. Default: self, or as it is for a client that has the account.
        #[arg(long, value_name = "MODE", value_parser = payment_mode())]
        payment: Option<PaymentMode>,
    },
    /// Deallocates accounts, campaigns or audiences from an advertiser.
    Deallocate {
        #[command(flatten)]
        items: Items,
        /// The advertiser, by name or ID.
        #[arg(long, value_name = "ADVERTISER")]
        from: String,
        #[command(flatten)]
        defaults: Defaults,
    },
    /// Imports allocations from a workbook or CSV file, such as one that the window has exported.
    Import(Import),
    /// Requests syncs with TikTok.
    Sync(Sync),
    /// Takes a backup, and prints its path.
    Backup,
    /// Shows what the partner has, and what needs attention.
    Status,
    /// Checks the file, the keychain, the mail server and the connection to TikTok. Sends and changes nothing.
    Doctor,
    /// Prints the completions for a shell.
    Completions { shell: Shell },
    /// Prints the man page.
    #[command(hide = true)]
    Man,
}

fn payment_mode() -> impl TypedValueParser<Value = PaymentMode> {
    let modes = PaymentMode::ALL.iter().map(|mode| mode.as_str());
    PossibleValuesParser::new(modes).try_map(|mode| PaymentMode::parse(&mode).ok_or("unknown"))
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub listed: Listed,
    /// How to print it. Default: a table, or what the name of the file says.
    #[arg(long, value_enum)]
    pub format: Option<ListFormat>,
    /// Writes the list to a file, which is replaced.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What is listed.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Listed {
    #[arg(value_enum, required_unless_present = "view")]
    pub list: Option<ListName>,
    /// Lists what a saved view shows, instead of what the filters ask for.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["search", "status", "client", "advertiser", "allocated"])]
    pub view: Option<String>,
    #[command(flatten)]
    pub filters: Filters,
}

impl Listed {
    pub fn view(name: String) -> Listed {
        Listed { list: None, view: Some(name), filters: Filters::default() }
    }
}

#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
pub struct Filters {
    /// Finds names and IDs, as in the window.
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// A status as in the list, such as "Approved". Can be repeated. A wrong one lists the others.
    #[arg(long)]
    pub status: Vec<String>,
    /// An XPO account, by name or ID.
    #[arg(long)]
    pub client: Option<String>,
    /// An advertiser, by name or ID.
    #[arg(long)]
    pub advertiser: Option<String>,
    /// Whether it is allocated.
    #[arg(long, value_enum, value_name = "YES/NO")]
    pub allocated: Option<YesNo>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum YesNo {
    Yes,
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum ListName {
    Accounts,
    Campaigns,
    Audiences,
    XpoAccounts,
    History,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    Table,
    Csv,
    Json,
    Xlsx,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    Csv,
    Json,
    Xlsx,
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Items {
    #[arg(value_enum)]
    pub kind: ItemKind,
    /// The accounts, campaigns or audiences, by ID or exact name.
    #[arg(required = true, value_name = "ID OR NAME")]
    pub items: Vec<String>,
    /// The advertiser's XPO account, if several have an advertiser of this name.
    #[arg(long)]
    pub client: Option<String>,
    /// The TikTok ad account of the audiences, if several share them.
    #[arg(long)]
    pub account: Option<String>,
    /// Shows what would be saved and what blocks it, and saves nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Defaults {
    /// The new default TikTok ad account of a client that loses its own; "none" leaves it without one. Can be repeated.
    #[arg(long = "default", value_name = "CLIENT=ACCOUNT")]
    pub defaults: Vec<String>,
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Import {
    /// A .xlsx, .ods or .csv file with any of the sheets and columns of "Export → Allocations".
    pub file: PathBuf,
    /// Shows what would be saved and what blocks it, and saves nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Also deallocates what is missing from the sheets of the file.
    #[arg(long)]
    pub remove_missing: bool,
    #[command(flatten)]
    pub defaults: Defaults,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum ItemKind {
    Accounts,
    Campaigns,
    Audiences,
}

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Sync {
    /// What to sync. An account's sync includes its campaigns, ad groups and ads.
    #[arg(long, value_enum, default_value = "account")]
    pub kind: SyncKind,
    /// Only this TikTok ad account, by ID or exact name. Can be repeated. Default: all that a TikTok user has access
    /// to.
    #[arg(long = "account", value_name = "ACCOUNT")]
    pub accounts: Vec<String>,
    /// Waits until the syncs have ended, and shows on a terminal how far they are.
    #[arg(long)]
    pub wait: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum SyncKind {
    Account,
    Campaigns,
    Audiences,
}
