//! Names of ad accounts: realistic brands of the account's market, and hostile names that break careless software.

use super::markets::Market;
use super::rng::Rng;

/// TikTok limits most names to this many characters.
const MAX_NAME: usize = 100;

pub(crate) const HOSTILE_NAMES: u64 = 14;

const SUFFIXES: &[&str] = &[
    "",
    "",
    "",
    " Official",
    " – Performance",
    " | Always On",
    " (Brand)",
    " Store",
    " 2026",
    " #2",
    " App Installs",
];

/// Returns a brand, often with a suffix.
pub(super) fn realistic(rng: &mut Rng, market: &Market) -> String {
    format!("{}{}", rng.pick(market.brands), rng.pick(SUFFIXES))
}

/// Returns the hostile name with this number below [`HOSTILE_NAMES`]: markup, formulas, SQL, bidirectional and invisible
/// characters, or exactly [`MAX_NAME`] characters.
pub(crate) fn hostile(number: u64) -> String {
    match number {
        0 => "<script>document.title='pwned'</script>".into(),
        1 => "<img src=x onerror=\"document.title='pwned'\">".into(),
        2 => "🍜🔥 Noodles & Friends 👨‍👩‍👧‍👦🇸🇬".into(),
        3 => "عطور الشرق (Perfumes 2026) – دبي".into(),
        4 => "invoice\u{202e}fdp.exe\u{202c} Studio".into(),
        5 => "Every Single Word Of This Name Is Counted ".chars().cycle().take(MAX_NAME).collect(),
        6 => "=HYPERLINK(\"https://example.com\",\"Refund\")".into(),
        7 => "Robert'); DROP TABLE ad_account;--".into(),
        8 => "Bell\u{7}Boy & Co \"Quoted\" 'Twice'".into(),
        9 => "Zero\u{200b}Width\u{feff} Jo\u{200d}iner".into(),
        10 => "語".repeat(MAX_NAME),
        11 => "  Spaces  around\tand a tab ".into(),
        12 => "Z̴̛͎a̸͚͠l̷̫̕g̴̝͝o̶̻͐ Cosmetics".into(),
        _ => "+49 30 & <b>bold</b> claims %s {{7*7}} ${HOME}".into(),
    }
}
