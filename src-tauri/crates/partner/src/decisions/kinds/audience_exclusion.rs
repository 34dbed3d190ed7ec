//! The exclusion of an audience from XPO, in every TikTok ad account that has it (A20).

use rusqlite::{Row, Transaction, params};

use super::{DecisionKey, Ids, text_values};
use crate::Result;
use crate::ids::AudienceId;
use crate::named::ObjectKind;
use crate::text_enum::text_enum;

text_enum! {
    Excluded { Excluded = "excluded", "Excluded" }
}
text_values! { Excluded }

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AudienceExclusion(pub AudienceId);

impl DecisionKey for AudienceExclusion {
    type Value = Excluded;

    const OBJECT: Option<ObjectKind> = Some(ObjectKind::Audience);
    const VALUE: &'static str = "'excluded'";
    const EXPORT: Option<(&'static str, &'static str)> = Some((
        "excluded-audiences",
        r#"SELECT audience_id AS "Audience ID",
            (SELECT name FROM audience WHERE id = audience_id LIMIT 1) AS "Audience Name"
        FROM audience_exclusion ORDER BY audience_id"#,
    ));

    fn ids(&self) -> [&str; 3] {
        [self.0.as_str(), "", ""]
    }

    fn from_ids([audience, _, _]: Ids) -> Self {
        AudienceExclusion(AudienceId(audience))
    }

    fn value(row: &Row<'_>) -> rusqlite::Result<Excluded> {
        row.get(0)
    }

    fn write(&self, book: &Transaction<'_>, entry: i64, _: &Excluded) -> Result<()> {
        book.prepare_cached("INSERT INTO audience_exclusion (audience_id, entry) VALUES (?, ?)")?
            .execute(params![self.0, entry])?;
        Ok(())
    }
}
