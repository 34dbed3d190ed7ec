//! The parameter `filtering` of the listings: what it may say, and which objects it lets through.
//!
//! Filters that nobody knows are ignored, as unknown parameters are.

use serde_json::Value;

use super::Call;
use super::input::Input;
use crate::envelope::{Refusal, refuse};
use crate::inventory::campaign::Campaign;
use crate::inventory::{Kind, status, time};

const MOST_IDS: usize = 100;
const TOP_VIEW: &str = "RESERVATION_TOP_VIEW";

/// What all three of campaigns, ad groups and ads can be filtered by.
pub(super) struct Filter {
    fields: Input,
    /// The filter in one form, however it was written.
    pub text: String,
    kind: Kind,
    primary: Option<String>,
    secondary: Option<String>,
    buying_types: Vec<String>,
    origins: Vec<String>,
    objective: Option<String>,
    created: Option<(i64, i64)>,
    campaigns: Option<Vec<u64>>,
    smart: Option<bool>,
    automation: Option<String>,
}

impl Filter {
    pub(super) fn of(call: &Call<'_>, kind: Kind) -> Result<Filter, Refusal> {
        let fields = call.input.object("filtering")?;
        let text = Value::from(fields.clone()).to_string();
        Filter::read(Input::Body(fields), text, kind).map_err(within)
    }

    fn read(fields: Input, text: String, kind: Kind) -> Result<Filter, Refusal> {
        let primary = one_of(&fields, "primary_status", status::PRIMARY)?;
        let secondary = fields.maybe_text("secondary_status")?;
        if secondary.as_deref().is_some_and(|secondary| !status::is_secondary(kind, secondary)) {
            return refuse(40002, "secondary_status: Not a valid choice.");
        }
        let buying_types = some_of(
            &fields,
            "buying_types",
            &["AUCTION", "RESERVATION_RF", TOP_VIEW],
            &["AUCTION", "RESERVATION_RF"],
        )?;
        if buying_types.len() > 1 && buying_types.iter().any(|buying| buying == TOP_VIEW) {
            return refuse(40002, format!("buying_types: {TOP_VIEW} cannot be used with other values."));
        }
        let origins = ["TT_ADS_PLATFORM", "PROMOTE"];
        let automations = ["MANUAL", "SMART_PLUS", "UPGRADED_SMART_PLUS"];
        Ok(Filter {
            kind,
            primary,
            secondary,
            origins: some_of(&fields, "campaign_system_origins", &origins, &origins[..1])?,
            objective: fields.maybe_text("objective_type")?,
            created: created(&fields)?,
            campaigns: fields.ids("campaign_ids", MOST_IDS)?,
            smart: maybe_flag(&fields, "is_smart_performance_campaign")?,
            automation: one_of(&fields, "campaign_automation_type", &automations)?,
            buying_types,
            fields,
            text,
        })
    }

    /// Ids of one level.
    pub(super) fn ids(&self, name: &str) -> Result<Option<Vec<u64>>, Refusal> {
        self.fields.ids(name, MOST_IDS).map_err(within)
    }

    /// A text that has to be the same, or to occur.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.fields.maybe_text(name).map_err(within)
    }

    /// Several texts, of which one has to be the same.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        self.fields.list(name).map_err(within)
    }

    /// A time, `YYYY-MM-DD HH:MM:SS` in UTC.
    pub(super) fn time(&self, name: &str) -> Result<Option<i64>, Refusal> {
        time_of(&self.fields, name).map_err(within)
    }

    /// Whether only TopView was asked for.
    pub(super) fn is_top_view(&self) -> bool {
        self.buying_types == [TOP_VIEW]
    }

    /// Whether an object passes, judged by its status, its time and its campaign.
    pub(super) fn lets_through(&self, secondary: &str, made: i64, campaign: &Campaign<'_>) -> bool {
        let has = |wanted: &[String], it: &str| wanted.iter().any(|one| one == it);
        self.passes_status(secondary)
            && has(&self.buying_types, campaign.buying)
            && has(&self.origins, campaign.origin)
            && self.objective.as_deref().is_none_or(|wanted| wanted == campaign.objective)
            && self.created.is_none_or(|(from, to)| (from..=to).contains(&made))
            && self.campaigns.as_ref().is_none_or(|ids| ids.contains(&campaign.id()))
            && self.smart.is_none_or(|smart| smart == campaign.is_smart())
            && self.automation.as_deref().is_none_or(|wanted| wanted == campaign.automation)
    }

    fn passes_status(&self, shown: &str) -> bool {
        let primary = match (&self.primary, &self.secondary) {
            (Some(primary), _) => primary,
            (None, Some(_)) => "STATUS_ALL",
            (None, None) => "STATUS_NOT_DELETE",
        };
        if !status::stands_for(primary, self.kind, shown) {
            return false;
        }
        match self.secondary.as_deref() {
            None => true,
            Some(wanted) if wanted.ends_with("_STATUS_ALL") => true,
            Some(wanted) if wanted.ends_with("_STATUS_NOT_DELETE") => !status::is_deleted(shown),
            Some(wanted) => wanted == shown,
        }
    }
}

/// Names the parameter that the filter is in.
fn within(refusal: Refusal) -> Refusal {
    Refusal { message: format!("filtering.{}", refusal.message), ..refusal }
}

fn one_of(fields: &Input, name: &str, choices: &[&str]) -> Result<Option<String>, Refusal> {
    match fields.maybe_text(name)? {
        Some(text) if !choices.contains(&text.as_str()) => {
            refuse(40002, format!("{name}: Must be one of {}.", choices.join(", ")))
        }
        text => Ok(text),
    }
}

fn some_of(fields: &Input, name: &str, choices: &[&str], default: &[&str]) -> Result<Vec<String>, Refusal> {
    let texts = fields.some_list(name, choices.len())?;
    match texts.iter().flatten().position(|text| !choices.contains(&text.as_str())) {
        Some(at) => refuse(40002, format!("{name}.{at}: Must be one of {}.", choices.join(", "))),
        None => Ok(texts.unwrap_or_else(|| default.iter().map(|text| (*text).to_owned()).collect())),
    }
}

fn maybe_flag(fields: &Input, name: &str) -> Result<Option<bool>, Refusal> {
    match fields.maybe_text(name) {
        Ok(None) => Ok(None),
        _ => fields.flag(name, false).map(Some),
    }
}

fn created(fields: &Input) -> Result<Option<(i64, i64)>, Refusal> {
    let from = time_of(fields, "creation_filter_start_time")?;
    let to = time_of(fields, "creation_filter_end_time")?;
    Ok((from.is_some() || to.is_some()).then(|| (from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX))))
}

fn time_of(fields: &Input, name: &str) -> Result<Option<i64>, Refusal> {
    match fields.maybe_text(name)? {
        None => Ok(None),
        Some(text) => match time::read(&text) {
            None => refuse(40002, format!("{name}: Not a valid datetime, use YYYY-MM-DD HH:MM:SS.")),
            at => Ok(at),
        },
    }
}
