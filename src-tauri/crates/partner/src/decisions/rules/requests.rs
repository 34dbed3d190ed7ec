//! Requests for new TikTok ad accounts (R46–R48, A26). What is decided here is mailed by somebody else, from the outbox.

use rusqlite::OptionalExtension;

use crate::decisions::decision::{Slot, Text};
use crate::decisions::outcome::{Caution, Reason};
use crate::decisions::plan::{Edit, Plan};
use crate::ids::{AdAccountId, RequestId};
use crate::named::{Named, ObjectKind};
use crate::requests::mail_settings::mail_settings;
use crate::requests::options::{INDUSTRIES, country, currency, timezone};
use crate::requests::outbox;
use crate::requests::request::{LONGEST_NOTE, NewRequest, RequestDecision, RequestValue};
use crate::text::is_control;
use crate::{Result, fold, name};

impl Plan<'_> {
    pub(super) fn request_account(&mut self, asked: &NewRequest) -> Result<()> {
        let (id, at) = (RequestId(self.change.id.0.clone()), self.change.at);
        let object =
            |name: &str| Named { kind: ObjectKind::Request, id: id.0.clone(), name: name.to_owned() };
        let mut asked = asked.clone();
        match name::normalize(&asked.name) {
            Ok(name) => asked.name = name,
            Err(_) => self.block(Reason::NameInvalid, object(&asked.name)),
        }
        asked.note = asked.note.replace("\r\n", "\n").trim().to_owned();
        let unfit = |c: char| is_control(c) && c != '\n' && c != '\t';
        if asked.note.chars().count() > LONGEST_NOTE || asked.note.chars().any(unfit) {
            self.block(Reason::NoteInvalid, object(&asked.name));
        }
        if !INDUSTRIES.contains(&asked.industry.as_str()) {
            self.block(Reason::IndustryUnknown, object(&asked.industry));
        }
        if country(&asked.country).is_none() {
            self.block(Reason::CountryUnknown, object(&asked.country));
        }
        if currency(&asked.currency).is_none() {
            self.block(Reason::CurrencyUnknown, object(&asked.currency));
        }
        match timezone(&asked.timezone, at) {
            None => self.block(Reason::TimezoneUnknown, object(&asked.timezone)),
            Some(zone) if !zone.accepted => {
                self.warn(Caution::TimezoneNotAccepted, object(&zone.name), None, 1);
            }
            Some(_) => {}
        }
        // Whoever decided it on another computer mails it from there.
        if !self.replayed {
            let settings = mail_settings(self.book)?;
            if !settings.has_recipient() {
                self.block(Reason::NoRecipient, object(&asked.name));
            }
            if settings.host.is_empty() {
                self.warn(Caution::NoMailServer, object(&asked.name), None, 1);
            }
        }
        self.warn_of_name(&asked.name)?;
        if !self.blockers.is_empty() {
            return Ok(());
        }
        let value = RequestValue { asked, state: RequestDecision::Open, account: None };
        self.put_from(Slot::request(&id), None, Some(&value.to_text()))?;
        if !self.replayed { outbox::queue(self.book, &id, 1, at) } else { Ok(()) }
    }

    pub(super) fn withdraw_request(&mut self, id: &RequestId) -> Result<()> {
        if outbox::may_have_arrived(self.book, id)? {
            let object = self.named(ObjectKind::Request, id.as_str())?;
            self.warn(Caution::AlreadyMailed, object, None, 1);
        }
        self.end_request(id, RequestDecision::Withdrawn, None)
    }

    pub(super) fn fulfil_request(&mut self, id: &RequestId, account: Option<&AdAccountId>) -> Result<()> {
        if let Some(account) = account {
            let answers = self
                .book
                .prepare_cached("SELECT id FROM request WHERE ad_account_id = ? AND id <> ?")?
                .query_row((account, id), |row| row.get::<_, String>(0))
                .optional()?;
            if let Some(other) = answers {
                let object = self.named(ObjectKind::Request, &other)?;
                self.block(Reason::InUse, object);
                return Ok(());
            }
            if !self.know_account(account)? {
                return Ok(());
            }
        }
        self.end_request(id, RequestDecision::Fulfilled, account.cloned())
    }

    /// Only an open request ends.
    fn end_request(
        &mut self,
        id: &RequestId,
        state: RequestDecision,
        account: Option<AdAccountId>,
    ) -> Result<()> {
        let (slot, object) = (Slot::request(id), self.named(ObjectKind::Request, id.as_str())?);
        match RequestValue::read(self.book, &slot)? {
            None => self.block(Reason::Unknown, object),
            Some(before) if before.state != RequestDecision::Open => {
                self.block(Reason::RequestEnded, object);
            }
            Some(before) => {
                let after = RequestValue { state, account, ..before.clone() };
                self.put_from(slot, Some(&before.to_text()), Some(&after.to_text()))?;
            }
        }
        Ok(())
    }

    /// A request that nobody has got yet is withdrawn, and never mailed; a mail cannot be taken back.
    pub(super) fn undo_request(&mut self, slot: &Slot) -> Result<()> {
        let id = RequestId(slot.object.clone());
        if outbox::may_have_arrived(self.book, &id)? {
            let object = self.named(ObjectKind::Request, id.as_str())?;
            self.block(Reason::RequestMailed, object);
            return Ok(());
        }
        self.end_request(&id, RequestDecision::Withdrawn, None)
    }

    /// Back to what it was before a decision about it.
    pub(super) fn restore_request(&mut self, edit: &Edit, before: &str) -> Result<()> {
        let before = RequestValue::of_text(before)?;
        if before.state != RequestDecision::Open {
            let id = RequestId(edit.slot.object.clone());
            return match before.state {
                RequestDecision::Fulfilled => self.fulfil_request(&id, before.account.as_ref()),
                _ => self.end_request(&id, before.state, None),
            };
        }
        self.put_from(edit.slot.clone(), edit.after.as_deref(), Some(&before.to_text()))
    }

    /// TikTok would have two of the name, or Knorex gets the same request twice.
    fn warn_of_name(&mut self, name: &str) -> Result<()> {
        let folded = fold(name);
        let accounts: Vec<String> =
            self.column("SELECT id FROM ad_account WHERE name_folded = ? LIMIT 3", [&folded])?;
        let requests: Vec<String> = self
            .column("SELECT id FROM request WHERE name_folded = ? AND state = 'open' LIMIT 3", [&folded])?;
        let found = accounts.iter().map(|id| (ObjectKind::AdAccount, id));
        for (kind, id) in found.chain(requests.iter().map(|id| (ObjectKind::Request, id))) {
            let object = self.named(kind, id)?;
            self.warn(Caution::NameInUse, object, None, 1);
        }
        Ok(())
    }
}
