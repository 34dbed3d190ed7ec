//! The exclusion of an audience from XPO, in every TikTok ad account that has it (A20).

use rusqlite::{Transaction, params};

use super::{Decision, Export, key, text_value};
use crate::Result;
use crate::ids::AudienceId;
use crate::text_enum::text_enum;

text_enum! {
    Excluded { Excluded = "excluded", "Excluded" }
}
text_value! { Excluded }

key! {
    AudienceExclusion { audience: AudienceId = OBJECT } = Excluded
}

impl Decision for AudienceExclusion {
    const VALUE: &'static str = "'excluded'";
    const EXPORT: Option<Export> = Some((
        "excluded-audiences",
        r#"SELECT audience_id AS "Audience ID",
            (SELECT name FROM audience WHERE id = audience_id LIMIT 1) AS "Audience Name"
        FROM audience_exclusion ORDER BY audience_id"#,
    ));

    fn write(&self, book: &Transaction<'_>, entry: i64, _: &Excluded, _: bool) -> Result<()> {
        book.prepare_cached("INSERT INTO audience_exclusion (audience_id, entry) VALUES (?, ?)")?
            .execute(params![self.audience, entry])?;
        Ok(())
    }
}
