//! The parameter `filtering` of the listings of campaigns, ad groups and ads.
//!
//! Unknown filters are ignored, like unknown parameters.

use serde_json::Value;

use super::call::Call;
use super::parameters::Parameters;
use crate::envelope::{ApiError, api_error};
use crate::inventory::campaign::Campaign;
use crate::inventory::{ListedObject, ObjectKind, status, time};

const MAX_IDS: usize = 100;
const TOP_VIEW: &str = "RESERVATION_TOP_VIEW";

/// The filters that all three listings have.
pub(super) struct Filter {
    fields: Parameters,
    /// The filter as normalized JSON.
    pub text: String,
    kind: ObjectKind,
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
    pub(super) fn read(call: &Call<'_>, kind: ObjectKind) -> Result<Filter, ApiError> {
        let fields = call.parameters.object("filtering")?;
        let text = Value::from(fields.clone()).to_string();
        Filter::parse(Parameters::Body(fields), text, kind).map_err(in_filtering)
    }

    fn parse(fields: Parameters, text: String, kind: ObjectKind) -> Result<Filter, ApiError> {
        let primary = one_of(&fields, "primary_status", status::PRIMARY)?;
        let secondary = fields.optional_text("secondary_status")?;
        if secondary.as_deref().is_some_and(|secondary| !status::is_valid_secondary(kind, secondary)) {
            return api_error(40002, "secondary_status: Not a valid choice.");
        }
        let buying_types = several_of(
            &fields,
            "buying_types",
            &["AUCTION", "RESERVATION_RF", TOP_VIEW],
            &["AUCTION", "RESERVATION_RF"],
        )?;
        if buying_types.len() > 1 && buying_types.iter().any(|buying| buying == TOP_VIEW) {
            return api_error(40002, format!("buying_types: {TOP_VIEW} cannot be used with other values."));
        }
        let origins = ["TT_ADS_PLATFORM", "PROMOTE"];
        let automations = ["MANUAL", "SMART_PLUS", "UPGRADED_SMART_PLUS"];
        Ok(Filter {
            kind,
            primary,
            secondary,
            origins: several_of(&fields, "campaign_system_origins", &origins, &origins[..1])?,
            objective: fields.optional_text("objective_type")?,
            created: created(&fields)?,
            campaigns: fields.ids("campaign_ids", MAX_IDS)?,
            smart: optional_flag(&fields, "is_smart_performance_campaign")?,
            automation: one_of(&fields, "campaign_automation_type", &automations)?,
            buying_types,
            fields,
            text,
        })
    }

    pub(super) fn ids(&self, name: &str) -> Result<Option<Vec<u64>>, ApiError> {
        self.fields.ids(name, MAX_IDS).map_err(in_filtering)
    }

    /// Returns a part of a name in lower case, for [`name_contains`].
    pub(super) fn name_part(&self, name: &str) -> Result<Option<String>, ApiError> {
        Ok(self.text(name)?.map(|part| part.to_lowercase()))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, ApiError> {
        self.fields.optional_text(name).map_err(in_filtering)
    }

    /// Returns alternatives, one of which has to match.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        self.fields.list(name).map_err(in_filtering)
    }

    /// Returns a time in unix seconds.
    pub(super) fn time(&self, name: &str) -> Result<Option<i64>, ApiError> {
        optional_time(&self.fields, name).map_err(in_filtering)
    }

    /// Returns whether the filter asks for TopView, which excludes all other buying types.
    pub(super) fn is_top_view(&self) -> bool {
        self.buying_types == [TOP_VIEW]
    }

    /// Returns whether an object of this campaign matches the filters that all listings have.
    pub(super) fn matches<'a>(&self, object: &impl ListedObject<'a>, campaign: &Campaign<'_>) -> bool {
        let has = |wanted: &[String], value: &str| wanted.iter().any(|one| one == value);
        self.matches_status(object.base().secondary_status)
            && has(&self.buying_types, campaign.base().buying_type)
            && has(&self.origins, campaign.base().origin)
            && self.objective.as_deref().is_none_or(|wanted| wanted == campaign.objective)
            && self.created.is_none_or(|(from, to)| (from..=to).contains(&object.created()))
            && self.campaigns.as_ref().is_none_or(|ids| ids.contains(&campaign.id()))
            && self.smart.is_none_or(|smart| smart == campaign.is_smart())
            && self.automation.as_deref().is_none_or(|wanted| wanted == campaign.automation)
    }

    fn matches_status(&self, secondary_status: &str) -> bool {
        let primary = match (&self.primary, &self.secondary) {
            (Some(primary), _) => primary,
            (None, Some(_)) => "STATUS_ALL",
            (None, None) => "STATUS_NOT_DELETE",
        };
        if !status::has_primary(primary, self.kind, secondary_status) {
            return false;
        }
        match self.secondary.as_deref() {
            None => true,
            Some(wanted) if wanted.ends_with("_STATUS_ALL") => true,
            Some(wanted) if wanted.ends_with("_STATUS_NOT_DELETE") => !status::is_deleted(secondary_status),
            Some(wanted) => wanted == secondary_status,
        }
    }
}

/// Prefixes the message with the name of the parameter.
fn in_filtering(error: ApiError) -> ApiError {
    ApiError { message: format!("filtering.{}", error.message), ..error }
}

fn one_of(fields: &Parameters, name: &str, choices: &[&str]) -> Result<Option<String>, ApiError> {
    match fields.optional_text(name)? {
        Some(text) if !choices.contains(&text.as_str()) => {
            api_error(40002, format!("{name}: Must be one of {}.", choices.join(", ")))
        }
        text => Ok(text),
    }
}

fn several_of(
    fields: &Parameters,
    name: &str,
    choices: &[&str],
    default: &[&str],
) -> Result<Vec<String>, ApiError> {
    let texts = fields.non_empty_list(name, choices.len())?;
    match texts.iter().flatten().position(|text| !choices.contains(&text.as_str())) {
        Some(at) => api_error(40002, format!("{name}.{at}: Must be one of {}.", choices.join(", "))),
        None => Ok(texts.unwrap_or_else(|| default.iter().map(|text| (*text).to_owned()).collect())),
    }
}

fn optional_flag(fields: &Parameters, name: &str) -> Result<Option<bool>, ApiError> {
    match fields.optional_text(name) {
        Ok(None) => Ok(None),
        _ => fields.flag(name, false).map(Some),
    }
}

fn created(fields: &Parameters) -> Result<Option<(i64, i64)>, ApiError> {
    let from = optional_time(fields, "creation_filter_start_time")?;
    let to = optional_time(fields, "creation_filter_end_time")?;
    Ok((from.is_some() || to.is_some()).then(|| (from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX))))
}

fn optional_time(fields: &Parameters, name: &str) -> Result<Option<i64>, ApiError> {
    match fields.optional_text(name)? {
        None => Ok(None),
        Some(text) => match time::parse(&text) {
            None => api_error(40002, format!("{name}: Not a valid datetime, use YYYY-MM-DD HH:MM:SS.")),
            at => Ok(at),
        },
    }
}

/// Returns whether a value equals the filter's, if there is one.
pub(super) fn is_wanted(wanted: Option<&str>, value: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == value)
}

/// Returns whether an object's name contains this part, if there is one. The case is ignored.
pub(super) fn name_contains<'a>(object: &impl ListedObject<'a>, part: Option<&str>) -> bool {
    part.is_none_or(|part| object.name().to_lowercase().contains(part))
}
