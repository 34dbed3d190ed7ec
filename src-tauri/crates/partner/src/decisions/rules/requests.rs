//! Requests for new TikTok ad accounts (R46–R48, A26). The outbox mails them.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Rule;
use super::undo::UndoEdit;
use crate::decisions::kinds::request::{RequestDecision, RequestValue};
use crate::decisions::kinds::{Decision, Edit, Request};
use crate::decisions::outcome::{Reason, WarningKind};
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, RequestId};
use crate::named::Named;
use crate::requests::mail_settings::mail_settings;
use crate::requests::options::{INDUSTRIES, country, currency, timezone};
use crate::requests::outbox;
use crate::requests::request::{MAX_NOTE_LENGTH, NewRequest};
use crate::text::is_control;
use crate::{Result, fold, name};

/// Withdraws an open request. Mail that was sent cannot be recalled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WithdrawRequest {
    pub request: RequestId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FulfilRequest {
    pub request: RequestId,
    /// The new TikTok ad account, if it has been imported.
    pub account: Option<AdAccountId>,
}

/// Asks Knorex for a new TikTok ad account. The request has the id of the change.
impl Rule for NewRequest {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        let id = RequestId(plan.change.id.0.clone());
        let mut form = self.clone();
        match name::normalize(&form.name) {
            Ok(name) => form.name = name,
            Err(_) => plan.block(Reason::NameInvalid, Named::new(&id, &form.name)),
        }
        form.note = form.note.replace("\r\n", "\n").trim().to_owned();
        let invalid = |c: char| is_control(c) && c != '\n' && c != '\t';
        if form.note.chars().count() > MAX_NOTE_LENGTH || form.note.chars().any(invalid) {
            plan.block(Reason::NoteInvalid, Named::new(&id, &form.name));
        }
        if !INDUSTRIES.contains(&form.industry.as_str()) {
            plan.block(Reason::IndustryUnknown, Named::new(&id, &form.industry));
        }
        if country(&form.country).is_none() {
            plan.block(Reason::CountryUnknown, Named::new(&id, &form.country));
        }
        if currency(&form.currency).is_none() {
            plan.block(Reason::CurrencyUnknown, Named::new(&id, &form.currency));
        }
        match timezone(&form.timezone, plan.change.at) {
            None => plan.block(Reason::TimezoneUnknown, Named::new(&id, &form.timezone)),
            Some(zone) if !zone.accepted => {
                plan.warn(WarningKind::TimezoneNotAccepted, Named::new(&id, &zone.name), None, 1);
            }
            Some(_) => {}
        }
        // The computer on which a replayed request was decided mails it.
        if !plan.change.replayed {
            let settings = mail_settings(plan.book)?;
            if !settings.has_recipient() {
                plan.block(Reason::NoRecipient, Named::new(&id, &form.name));
            } else if settings.host.is_empty() {
                plan.warn(WarningKind::NoMailServer, Named::new(&id, &form.name), None, 1);
            }
        }
        plan.warn_about_same_name(&form.name)?;
        if !plan.blockers.is_empty() {
            return Ok(());
        }
        let value = RequestValue { form: Box::new(form), state: RequestDecision::Open, account: None };
        plan.replace(Request::new(&id), None, Some(value))?;
        if !plan.change.replayed {
            outbox::queue(plan.book, &id, 1, plan.change.at)?;
        }
        Ok(())
    }
}

impl Rule for WithdrawRequest {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        if outbox::may_have_been_sent(plan.book, &self.request)? {
            let object = plan.named(&self.request)?;
            plan.warn(WarningKind::AlreadyMailed, object, None, 1);
        }
        plan.end_request(&self.request, RequestDecision::Withdrawn, None)
    }
}

impl Rule for FulfilRequest {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        if let Some(account) = &self.account {
            let mut fulfilled = plan.column::<RequestId>(
                "SELECT id FROM request WHERE ad_account_id = ? AND id <> ?",
                (account, &self.request),
            )?;
            if let Some(other) = fulfilled.pop() {
                let object = plan.named(&other)?;
                plan.block(Reason::InUse, object);
                return Ok(());
            }
            if !plan.check_account(account)? {
                return Ok(());
            }
        }
        plan.end_request(&self.request, RequestDecision::Fulfilled, self.account.clone())
    }
}

impl Plan<'_> {
    /// Fulfills or withdraws an open request.
    fn end_request(
        &mut self,
        id: &RequestId,
        state: RequestDecision,
        account: Option<AdAccountId>,
    ) -> Result<()> {
        let key = Request::new(id);
        let reason = match key.read(self.book)? {
            Some(before) if before.state == RequestDecision::Open => {
                let after = RequestValue { state, account, ..before.clone() };
                return self.replace(key, Some(before), Some(after));
            }
            Some(_) => Reason::RequestEnded,
            None => Reason::Unknown,
        };
        let object = self.named(id)?;
        self.block(reason, object);
        Ok(())
    }

    /// Warns if TikTok would have two ad accounts with this name, or Knorex would get the same request twice.
    fn warn_about_same_name(&mut self, name: &str) -> Result<()> {
        let folded = fold(name);
        let accounts: Vec<AdAccountId> =
            self.column("SELECT id FROM ad_account WHERE name_folded = ? LIMIT 3", [&folded])?;
        let requests: Vec<RequestId> = self
            .column("SELECT id FROM request WHERE name_folded = ? AND state = 'open' LIMIT 3", [&folded])?;
        let accounts = accounts.iter().map(|id| self.named(id));
        let requests = requests.iter().map(|id| self.named(id));
        for object in accounts.chain(requests).collect::<Result<Vec<Named>>>()? {
            self.warn(WarningKind::NameInUse, object, None, 1);
        }
        Ok(())
    }
}

impl UndoEdit for Request {
    /// Withdraws a request that has not been mailed, so that it never is.
    fn remove(plan: &mut Plan<'_>, edit: &Edit<Self>) -> Result<()> {
        let id = &edit.key.id;
        if outbox::may_have_been_sent(plan.book, id)? {
            let object = plan.named(id)?;
            plan.block(Reason::RequestMailed, object);
            return Ok(());
        }
        plan.end_request(id, RequestDecision::Withdrawn, None)
    }

    fn restore(plan: &mut Plan<'_>, edit: &Edit<Self>, before: &RequestValue) -> Result<()> {
        let (request, account) = (edit.key.id.clone(), before.account.clone());
        match before.state {
            RequestDecision::Open => plan.replace(edit.key.clone(), edit.after.clone(), Some(before.clone())),
            RequestDecision::Fulfilled => FulfilRequest { request, account }.apply(plan),
            RequestDecision::Withdrawn => plan.end_request(&request, before.state, None),
        }
    }
}
