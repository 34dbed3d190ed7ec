//! The codes of problems, each with what people read: what happened, what to do, and whether anything is lost. The window and
//! the command line fill the texts in with [`partner::fill`].

use partner::{fill, plain};
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Bad,
    /// Temporary, or solved by a step of the admin.
    Wait,
    Off,
}

/// What helps. A screen offers it where it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Settings,
    Mail,
    SignIn,
    Popup,
    SecretStorage,
    Unlock,
    Retry,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Words {
    pub severity: Severity,
    pub title: &'static str,
    /// A template with the words `subject` and, inside Settings, `settings`.
    text: &'static str,
    pub action: Option<Action>,
}

impl Words {
    pub fn text(&self, subject: Option<&str>) -> String {
        fill(self.text, |word| match (word, subject) {
            ("subject", Some(subject)) => plain(subject),
            _ => String::new(),
        })
    }
}

macro_rules! problem_codes {
    ($($(#[$meta:meta])* $code:ident: $severity:ident $($action:ident)?, $title:literal, $text:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
        #[serde(rename_all = "snake_case")]
        pub enum ProblemCode { $($(#[$meta])* $code),* }

        impl ProblemCode {
            pub const ALL: &[ProblemCode] = &[$(ProblemCode::$code),*];

            pub fn words(self) -> Words {
                match self {
                    $(ProblemCode::$code => {
                        const ACTIONS: &[Action] = &[$(Action::$action)?];
                        Words {
                            severity: Severity::$severity,
                            title: $title,
                            text: $text,
                            action: ACTIONS.first().copied(),
                        }
                    })*
                }
            }
        }
    };
}

problem_codes! {
    NameEmpty: Bad,
        "A name is required",
        "Enter a name for the partner.";
    NameTooLong: Bad,
        "This name is too long",
        "Use at most 100 characters.";
    NameCharacters: Bad,
        "This name can't be used",
        "Remove slashes, line breaks and other characters that aren't allowed in file names.";
    NameTaken: Bad,
        "This name is already taken",
        "A partner named {subject?“$subject”|like this} already exists. Choose another name, or open that partner.";
    EmailInvalid: Bad,
        "Enter a valid email address",
        "Enter one email address, such as you@example.com, or leave the field empty.";
    FileInUse: Wait Retry,
        "This partner's file is in use",
        "An xpo-admin command, XPO Admin in another session, or another program such as a backup is using {subject?“$subject”|the file}. Wait until it's done or close it, then try again. Nothing was changed.";
    FileReadOnly: Bad Retry,
        "This partner's file is read-only",
        "XPO Admin can't write to {subject?“$subject”|the file}. Allow writing to it, then try again. Nothing was changed.";
    FileNewer: Bad,
        "This partner needs a newer version of XPO Admin",
        "A newer version saved {subject?“$subject”|the file}, and this version can't read it safely. Install the latest version to open it. Nothing was changed.";
    FileFromPreRelease: Bad,
        "This partner was made by a test version of XPO Admin",
        "Released versions can't open {subject?“$subject”|the file}, so it was not changed. Create a new partner and import its TikTok accounts.";
    FileNotPartner: Bad,
        "This file isn't a partner",
        "XPO Admin didn't create {subject?“$subject”|the file} and left it unchanged. To hide it here, move it out of the partners folder.";
    FileDamaged: Bad,
        "This partner's file is damaged",
        "{subject?“$subject”|The file} can't be read and was left unchanged. Restore a backup of it.";
    FileIncomplete: Bad,
        "Recent changes to this partner are missing",
        "Some of the last changes saved in {subject?“$subject”|the file} can't be read, so it was left unchanged. Restore a backup, or open it without the missing changes.";
    FileMissing: Bad Retry,
        "This partner's file is missing",
        "{subject?“$subject”|The file} was moved or deleted. Move it back, or open another partner.";
    /// The subject is the original.
    FileCopied: Wait,
        "This file is a copy",
        "{subject?“$subject”|Another file} has the same partner. A file sync or a backup program may have made this copy. Details compare the two. Open the copy only if it has changes that you miss; nothing is merged.";
    DiskFull: Bad Retry,
        "The disk is full",
        "There isn't enough space to save this. Free up some space on the disk that it's saved to, then try again. Everything that was saved before is safe.";
    DiskFailed: Bad Retry,
        "The disk reported an error",
        "Reading or writing {subject?“$subject”|a file} failed. If it's on a network or USB drive, check the connection, then try again. If this happens again, the disk may be failing: save a backup to another one.";
    FolderUnwritable: Bad Retry,
        "Can't write to this folder",
        "XPO Admin isn't allowed to write to {subject?“$subject”|its folder}. Change the folder's permissions, then try again.";
    /// The subject says what the folder is.
    FolderUnsupported: Bad Retry,
        "Partners can't be stored in this folder",
        "File locks or shared memory don't work in {subject?“$subject”|the folder}, as on many network and cloud drives. Partners must be on a local disk: move XPO Admin's data folder to one. Nothing was changed.";
    /// The subject is the folder.
    ExportFolder: Bad,
        "Can't save to this folder",
        "{subject?“$subject”|The folder} is missing, or XPO Admin isn't allowed to write to it. Make it available again, or save to another folder. Nothing is lost.";
    /// The subject is the file.
    FileOpenElsewhere: Bad Retry,
        "Can't replace this file",
        "{subject?“$subject”|The file} may be open in another program. Close it there, then try again, or save to another file. Nothing is lost.";
    PracticeOnly: Wait,
        "The practice partner uses this computer only",
        "It simulates TikTok here and connects to nothing else. Open or create a partner of your own for that. Nothing was changed.";
    /// The subject is what was to be shown.
    FolderNotShown: Wait,
        "Can't show the file",
        "{subject?“$subject”|The file} was moved or deleted, or no program on this computer shows folders.";
    BackupOfAnother: Bad,
        "This backup is from another partner",
        "{subject?“$subject”|The backup} doesn't belong to this partner. Choose one that does. Nothing was changed.";
    PartnerExists: Bad,
        "This partner is already on this computer",
        "{subject?“$subject”|It} is in the list of partners. Open it, then restore the backup {settings?here|in Settings → Backup and restore}. Nothing was changed.";
    BackupHere: Bad,
        "Backups can't be saved in this folder",
        "XPO Admin stores the partners themselves here. Choose another folder for the backup.";
    TableUnreadable: Bad,
        "This table can't be read",
        "{subject?“$subject”|The file} needs headings in its first line, with “XPO account” exactly once. A CSV file separates values by commas, semicolons or tabs. Nothing was imported.";
    FileUnreadable: Bad,
        "This file can't be read",
        "{subject?“$subject”|The file} is a folder, no longer exists, is locked by another program, or you don't have permission to read it. Close it there or choose another file. Nothing was imported.";
    /// The subject is the line.
    TableQuoteOpen: Bad,
        "A quotation mark is never closed",
        "The quotation mark opened in line {subject?$subject|1} is never closed, so the rows after it can't be told apart. Close or remove it, then choose the file again. Nothing was imported.";
    TableTooLarge: Bad,
        "This table is too large",
        "Split the file into parts of at most 64 MB and 500,000 rows. A workbook may unpack to 256 MB. Nothing was imported.";
    TablePassword: Bad,
        "This workbook needs a password",
        "XPO Admin can't open workbooks with a password. Save it without one, or as CSV, and choose it again. Nothing was imported.";
    TableOld: Bad,
        "XPO Admin can't read .xls files",
        "Open {subject?“$subject”|the file} in a spreadsheet program, save it as .xlsx, and choose it again. Nothing was imported.";
    TableDamaged: Bad,
        "This workbook is damaged",
        "Open it in a spreadsheet program, which may repair it, save it as .xlsx, and choose it again. Nothing was imported.";
    Cancelled: Off,
        "Cancelled",
        "Nothing was changed.";
    /// The window shows what the newer search finds instead.
    Superseded: Off,
        "A newer search replaced this one",
        "Nothing was changed.";

    AppIdInvalid: Bad Settings,
        "This isn't an App ID",
        "An App ID has only digits. Copy it from your app's page in TikTok's developer portal.";
    SecretMissing: Bad Settings,
        "The app secret is required",
        "Copy it from your app's page in TikTok's developer portal.";
    SecretForOtherServer: Bad Settings,
        "This was entered for another server",
        "The saved value was entered for {subject?“$subject”|another server} and is sent only there. If you trust the server{settings?| in Settings}, enter it again.";
    SignInForOtherServer: Wait Settings,
        "The sign-in belongs to another server",
        "It was made for {subject?“$subject”|another server} and is sent only there. Check the API address{settings?| in Settings}. If you trust it, sign in again.";
    RedirectUrlInvalid: Bad Settings,
        "This redirect URL can't be used",
        "Enter a full address that starts with https://, or with http:// for this computer (localhost), and has no part after #.";
    ApiAddressInvalid: Bad Settings,
        "This API address can't be used",
        "Enter a full address that starts with https://, or with http:// for this computer (localhost).";
    SignInAddressInvalid: Bad Settings,
        "This sign-in address can't be used",
        "Enter a full address that starts with https://, or with http:// for this computer (localhost).";
    AppNotSetUp: Wait Settings,
        "TikTok isn't set up yet",
        "Enter your TikTok app's ID, secret and redirect URL{settings?| in Settings}. You only do this once for each partner.";
    ProxyAddressInvalid: Bad,
        "Enter a valid proxy address",
        "Enter an address such as http://proxy.example.com:8080 or socks5h://10.0.0.1:1080. Enter a user name and password in their own fields. The address of a configuration script (PAC) can't be used: enter the proxy that the script names.";

    KeychainMissing: Wait SecretStorage,
        "No keychain found on this computer",
        "XPO Admin stores sign-ins in the system keychain, and none is running. Start one and try again, or choose another place for them. Nothing is lost.";
    KeychainLocked: Wait SecretStorage,
        "The keychain is locked",
        "XPO Admin stores sign-ins in the system keychain. Unlock it and try again, or choose another place for them. Nothing is lost.";
    KeychainFailed: Bad SecretStorage,
        "The keychain reported an error",
        "XPO Admin stores sign-ins in the system keychain. Try again, or choose another place for them. Nothing is lost.";
    SecretStorageLocked: Wait Unlock,
        "Your saved sign-ins are locked",
        "Unlock them with your passphrase to continue.";
    SecretsDamaged: Bad,
        "Your saved sign-ins can't be read",
        "{subject?“$subject”|The encrypted file} is damaged. Choose “I forgot the passphrase”{settings?| in Settings} to keep that file and start a new one, then sign in again. Nothing else is lost.";
    PassphraseWrong: Bad,
        "Wrong passphrase",
        "Check capital letters and the keyboard layout, then try again. Nothing was changed.";
    PassphraseShort: Bad,
        "This passphrase is too short",
        "Use at least 8 characters, for example several words.";

    SignInPending: Wait Retry,
        "Another sign-in is in progress",
        "Finish or cancel it, then try again.";
    SignInWindowClosed: Wait SignIn,
        "The sign-in window was closed",
        "TikTok hadn't confirmed the sign-in yet, so nothing was imported or changed.";
    SignInCancelled: Off SignIn,
        "Sign-in cancelled",
        "Nothing was imported or changed.";
    SignInAppRejected: Bad Settings,
        "TikTok doesn't let this app sign users in",
        "Check the App ID{settings?| in Settings}. In TikTok's developer portal, the app must be approved and active. Nothing was changed.";
    SignInPermissionsRejected: Bad SignIn,
        "TikTok rejected the app's permissions",
        "Check the app's permissions (scopes) in TikTok's developer portal, or ask the app's owner to, then sign in again. Nothing was changed.";
    SignInRequestRejected: Bad Settings,
        "TikTok rejected the sign-in request",
        "Check the App ID and the redirect URL{settings?| in Settings}. The redirect URL must be exactly as it is registered in TikTok's developer portal. Nothing was changed.";
    SignInUnavailable: Wait SignIn,
        "TikTok couldn't complete the sign-in",
        "The problem is at TikTok. Sign in again in a few minutes. Nothing was changed.";
    SignInFailed: Bad SignIn,
        "TikTok ended the sign-in with an error",
        "Sign in again. If that doesn't help, send TikTok's support what Details shows. Nothing was changed.";
    SignInWrongRedirect: Bad Settings,
        "TikTok redirected to a different address",
        "The sign-in ended at {subject?“$subject”|an address} instead of the redirect URL{settings?| in Settings}, so it was ignored. Enter the redirect URL exactly as it is registered with TikTok.";
    SignInTimedOut: Wait SignIn,
        "The sign-in timed out",
        "Your browser didn't return within five minutes. Sign in again. Nothing was changed.";
    SignInStartedTwice: Bad Popup,
        "The sign-in was opened twice",
        "Another program or user of this computer may have opened its address, so it was cancelled. Try again, or sign in with the sign-in window instead. Nothing was changed.";
    BrowserNeedsLoopback: Wait Settings,
        "Your browser can't return to XPO Admin",
        "The redirect URL must be an address on this computer, such as http://localhost:3456/callback. Register one with TikTok and enter it{settings?| in Settings}, or sign in with the sign-in window, which works with any redirect URL.";
    PortInUse: Wait Popup,
        "Another program uses the redirect address",
        "The sign-in returns to {subject?port $subject|a port} of this computer, which another program on this computer uses. Close that program, or sign in with the sign-in window instead.";
    PortForbidden: Wait Popup,
        "Your browser can't return to XPO Admin",
        "This computer doesn't let XPO Admin use port {subject?$subject|80} of the redirect URL. Sign in with the sign-in window instead, which needs no port, or register a redirect URL with a port above 1023 at TikTok and enter it{settings?| in Settings}.";
    BrowserMissing: Wait Retry,
        "Can't open a browser",
        "{subject?Open this address yourself: $subject|Choose a default browser on this computer, then try again.}";

    Offline: Wait Retry,
        "Can't reach TikTok",
        "Check your connection{settings? and the address|}, then try again. Everything you saved is here.";
    Certificate: Wait Retry,
        "TikTok's certificate isn't trusted",
        "Something between this computer and TikTok answers in TikTok's place: often a company's security software, an antivirus program or a hotel's sign-in page. Ask your IT department to add its certificate to this computer's trusted certificates, or use another network. Nothing was sent, and nothing is lost.";
    Clock: Wait Retry,
        "Check this computer's date and time",
        "By this computer's clock, TikTok's certificate is expired or not valid yet. Set the date and time, then try again. If they're right, use another network. Nothing was sent, and nothing is lost.";
    ProxyFailed: Wait Settings,
        "The proxy doesn't connect to TikTok",
        "Check the proxy{settings?| in Settings}, or ask your IT department to let business-api.tiktok.com pass. Nothing was sent, and nothing is lost.";
    ProxySignIn: Wait Settings,
        "The proxy asks for a user name and password",
        "Enter the ones from your IT department{settings?|, in Settings under Proxy}. Nothing was sent, and nothing is lost.";
    TiktokTimeout: Wait Retry,
        "TikTok didn't respond in time",
        "Try again in a moment. Nothing is lost.";
    TiktokUnavailable: Wait Retry,
        "TikTok is temporarily unavailable",
        "Try again in a few minutes. Nothing is lost.";
    TiktokUnexpected: Bad Retry,
        "TikTok sent an unexpected response",
        "Check the API address{settings?| in Settings}. If it's right, try again later. Nothing is lost.";
    Throttled: Wait Retry,
        "TikTok's rate limit was reached",
        "Wait a minute, then try again. Nothing is lost.";
    Maintenance: Wait Retry,
        "TikTok is down for maintenance",
        "Try again later. Nothing is lost.";
    AppCredentialsRejected: Bad Settings,
        "TikTok rejected the App ID or secret",
        "Check both{settings?| in Settings}. They must belong to the same app, and TikTok must have approved it.";
    AuthCodeUsed: Wait SignIn,
        "This sign-in was already used or has expired",
        "Each sign-in with TikTok works for one import. Sign in again. Nothing was changed.";
    SignInRequired: Wait SignIn,
        "Sign in to TikTok again",
        "The permission was withdrawn or has expired. Everything that was imported is still here.";
    NoPermission: Bad SignIn,
        "TikTok denied access",
        "The TikTok user didn't grant the required permission{subject? for $subject|}. Sign in again and leave all permissions checked.";
    NoAdAccounts: Wait SignIn,
        "No ad account was selected",
        "You're signed in, but no ad account was selected on TikTok's page, or the user has none. Sign in again and select at least one. Nothing was changed.";
    CountryBlocked: Bad,
        "TikTok isn't available in this country",
        "TikTok rejects requests from your location. Try another network. Nothing is lost.";
    TiktokRefused: Bad Retry,
        "TikTok rejected the request",
        "See Details for TikTok's message. Nothing is lost.";
    AccountLost: Bad SignIn,
        "No access to this ad account",
        "None of this partner's TikTok users can access {subject?“$subject”|the ad account} anymore. Sign in with a TikTok user who can. Its allocations are kept.";
    ListIncomplete: Wait Retry,
        "TikTok's list was incomplete",
        "The list changed while it was read, or its totals don't add up, so {subject?$subject|some entries} may be missing. Nothing was marked as deleted. Sync again later.";
    RowsUnreadable: Wait Retry,
        "Some TikTok entries can't be read",
        "TikTok sent some entries in an unknown format{subject? ($subject)|}. They keep their previous values; all others are up to date.";

    MailHostInvalid: Bad Mail,
        "Enter a valid mail server",
        "Enter a host name, such as smtp.example.com, and a port from 1 to 65535.";
    MailNotPrivate: Bad Mail,
        "Encryption is required",
        "Without it, others could read the mail on its way. Choose STARTTLS or TLS. Only a mail server on this computer (localhost) works without encryption.";
    MailUserInvalid: Bad Mail,
        "This user name can't be used",
        "Remove line breaks and other invisible characters.";
    MailSenderInvalid: Bad Mail,
        "Enter a valid From address",
        "Enter one email address, such as xpo@example.com.";
    MailReplyToInvalid: Bad Mail,
        "Enter a valid Reply-To address",
        "Enter one email address, such as you@example.com, or leave the field empty.";
    MailManagerInvalid: Bad Mail,
        "Enter a valid address for the account manager",
        "Enter one email address, such as anna@example.com.";
    MailTeamInvalid: Bad Mail,
        "Enter valid addresses for the team",
        "Enter email addresses separated by commas.";
    MailNoRecipient: Bad Mail,
        "No recipient set",
        "Enter the account manager, the team or both.";
    MailPasswordMissing: Bad Mail,
        "The mail password is required",
        "Enter the password for the mail server{settings?| in Settings}.";
    MailServerUnknown: Wait Mail,
        "Can't find the mail server",
        "No server named {subject?“$subject”|like this} was found. Check the name{settings?| in Settings} and your connection.{settings?| Emails are kept and sent later.}";
    MailServerRefused: Wait Mail,
        "Can't connect to the mail server",
        "{subject?“$subject”|The server} refused the connection. Check server and port{settings?| in Settings}. It may also be down for a while.{settings?| Emails are kept and sent later.}";
    MailServerUnreachable: Wait Retry,
        "Can't reach the mail server",
        "Check your connection.{settings?| Emails are kept and sent later.}";
    MailTimeout: Wait Mail,
        "The mail server didn't respond in time",
        "It stopped responding{subject? while $subject|}. Check server, port and security{settings?| in Settings}. It may also be busy for a while.{settings?| Emails are kept and sent later.}";
    MailCertificate: Bad Mail,
        "Can't verify the mail server's identity",
        "The certificate isn't trusted, or isn't for {subject?“$subject”|this server}. Public networks can cause this until you sign in to them. Otherwise check the server name{settings?| in Settings}, or ask the server's administrator. Nothing was sent.{settings?| Emails are kept and retried.}";
    MailStarttlsMissing: Bad Mail,
        "The mail server doesn't offer STARTTLS",
        "Without encryption, others could read the mail, so nothing was sent. Public networks can cause this until you sign in to them. Otherwise choose TLS with its port, usually 465, or ask the server's administrator.{settings?| Emails are kept and retried.}";
    MailTlsFailed: Bad Mail,
        "Can't encrypt the connection to the mail server",
        "Check that security and port match: STARTTLS usually uses port 587, TLS usually 465. Nothing was sent.{settings?| Emails are kept and retried.}";
    MailTampered: Bad Mail,
        "The mail connection was tampered with",
        "Something between this computer and the mail server added data before encryption started, so nothing was sent. Use another network, or choose TLS instead of STARTTLS.{settings?| Emails are kept and retried.}";
    MailGreetingRejected: Bad Mail,
        "The mail server rejected this computer's name",
        "It accepted neither this computer's name nor its network address (EHLO). See Details for its message, and ask the server's administrator.";
    MailSignInUnavailable: Bad Mail,
        "The mail server doesn't accept passwords",
        "If it needs no sign-in, leave user and password empty. Otherwise ask the server's administrator.";
    MailSignInRequired: Bad Mail,
        "The mail server requires you to sign in",
        "Enter user and password{settings?| in Settings}.";
    MailSignInDisabled: Bad Mail,
        "The mail server blocked this sign-in",
        "Microsoft 365 answers like this when SMTP sign-in is turned off for the organization or the mailbox, and another password doesn't help. Ask the administrator to turn on Authenticated SMTP, or use another mail server.";
    MailAppPasswordRequired: Bad Mail,
        "The mail server requires an app password",
        "It doesn't accept the password of the account itself. Create an app password in the account's security settings and enter it{settings?| in Settings}.";
    MailPasswordWrong: Bad Mail,
        "The mail server rejected the user or password",
        "Check both{settings?| in Settings}. Some providers require an app password instead of your own.";
    MailSenderRefused: Bad Mail,
        "The mail server rejected the From address",
        "It doesn't accept mail from {subject?“$subject”|this address}. Use an address that belongs to the user. See Details for its message.";
    MailSendAsDenied: Bad Mail,
        "This user may not send from the From address",
        "The mail server doesn't let the user send as {subject?“$subject”|another address}. Use the user's own address, or ask the administrator for permission to send as this one.";
    MailRecipientRefused: Bad Mail,
        "The mail server rejected a recipient",
        "It doesn't accept mail to {subject?“$subject”|one of the addresses}. Check account manager and team{settings?| in Settings}. See Details for its message.";
    MailRefused: Bad Mail,
        "The mail server rejected the mail",
        "See Details for its message. Ask the server's administrator, then resend.";
    MailDeferred: Wait Retry,
        "The mail server can't accept the mail right now",
        "See Details for its message.{settings?| The email is kept and retried.}";
    MailLimitReached: Wait Retry,
        "The mail server's sending limit was reached",
        "The account has sent as much as its provider allows for now.{settings?| The email is kept and retried over the next few hours.}";
    MailUnexpected: Wait Mail,
        "The mail server sent an unexpected response",
        "Check server and port{settings?| in Settings}. Something other than a mail server may be responding.{settings?| Emails are kept and retried.}";
    MailConnectionLost: Wait Retry,
        "The mail server closed the connection",
        "Nothing was sent.{settings?| The email is kept and retried.}";
    MailUncertain: Wait Retry,
        "The mail may not have been delivered",
        "The connection ended after the mail was sent and before the mail server confirmed it. If a second copy is sent, it has the same ID, so the recipient's server can recognize it as a duplicate.";
    RequestEnded: Wait,
        "This request is closed",
        "It was fulfilled or withdrawn, so nothing was sent.";

    UpdatesUnreachable: Wait,
        "Can't reach the release server",
        "Check your connection, then look for updates again. You can keep working with this version.";
    UpdatesUnreadable: Wait,
        "The release server sent an unexpected answer",
        "If this network requires a sign-in, such as in a hotel, sign in and try again. Otherwise try again later. You can keep working with this version.";
    UpdateMissing: Wait,
        "The newer version isn't available for this computer",
        "There is no installer for this operating system and processor. You can keep working with this version.";
    UpdateUntrusted: Bad,
        "The update isn't signed by Knorex",
        "It was not installed, and you can keep working with this version. Tell your account manager.";
    UpdateFailed: Bad,
        "The update couldn't be installed",
        "The installed version is still in place, and nothing is lost. Try again, or download the installer and run it.";

    PartnerNotOpen: Wait,
        "No partner is open",
        "Open a partner first.";
    Internal: Bad Retry,
        "Something went wrong in XPO Admin",
        "Everything that was saved before is safe. Try again. If it keeps happening, restart XPO Admin.";
}
