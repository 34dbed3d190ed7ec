//! The sentence that names a change: in the history, in the message after a save and beside Undo, with the same counts.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use crate::Result;
use crate::decisions::journal::{entry_summary, origin};
use crate::decisions::kinds::campaign_allocation::CampaignState;
use crate::decisions::kinds::{AnyEdit, Decision, DecisionKind, DecisionValue, Edit, with_edit};
use crate::decisions::rules::Action;
use crate::named::{Named, ObjectKind};
use crate::text::grouped;

/// Whether an edit makes, changes or removes a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    Added,
    Changed,
    Removed,
}
use Effect::{Added, Changed, Removed};

/// The objects of the edits that have the same kind and effect.
#[derive(Debug, Default)]
struct Group<'a> {
    objects: BTreeSet<(ObjectKind, &'a str)>,
    /// The advertisers or XPO accounts that have the objects.
    holders: BTreeSet<(ObjectKind, &'a str)>,
    /// The labels of the values after the change, or two of them.
    values: BTreeSet<String>,
}

impl Group<'_> {
    /// Returns the value that all of the objects have after the change.
    fn value(&self) -> Option<&str> {
        self.values.first().filter(|_| self.values.len() == 1).map(String::as_str)
    }
}

/// Returns a sentence without full stop, such as "Allocated 70 ad accounts to Client 017". `entry` is that of the change.
pub(crate) fn summary<'a>(
    book: &Connection,
    entry: i64,
    action: &Action,
    edits: impl Iterator<Item = &'a AnyEdit>,
) -> Result<String> {
    if let Action::Undo(undo) = action {
        let (undone, steps) = origin(book, entry)?;
        let verb = if steps % 2 == 0 { "redid" } else { "undid" };
        let verb = if undo.keep.is_empty() { verb.to_owned() } else { format!("partly {verb}") };
        return Ok(capitalized(&format!("{verb}: {}", lower_case_first(&entry_summary(book, undone)?))));
    }
    let edits: Vec<&AnyEdit> = edits.collect();
    let mut groups = BTreeMap::<_, Group<'_>>::new();
    for edit in &edits {
        with_edit!(edit, edit => add(book, &mut groups, edit)?);
    }
    let gone = edits.iter().filter_map(|edit| match edit {
        AnyEdit::Goal(edit) => Some((edit.key.id.as_str(), edit.before.as_ref()?.name.as_str())),
        _ => None,
    });
    let initialized = edits.iter().filter_map(|edit| match edit {
        AnyEdit::CampaignAllocation(edit) if edit.after == Some(CampaignState::Initialized) => {
            Some((ObjectKind::Campaign, edit.key.campaign.as_str()))
        }
        _ => None,
    });
    let sentence =
        Sentence { book, groups, former_names: gone.collect(), initialized: initialized.collect() };
    let clauses = match action {
        Action::Rename(rename) => vec![sentence.of_rename(&edits, &rename.name)?],
        Action::Archive(_) => vec![format!("archived {}", sentence.clients(Changed)?)],
        Action::Offboard(offboard) => {
            let accounts = offboard.accounts.iter().map(|id| (ObjectKind::XpoAccount, id.as_str())).collect();
            vec![format!("offboarded {}", sentence.clients_of(&accounts, "XPO account")?)]
        }
        Action::Restore(_) => vec![format!("restored {}", sentence.clients(Changed)?)],
        Action::SetState(set) => {
            vec![format!("set {} to {}", sentence.clients(Changed)?, set.state.label())]
        }
        Action::RequestAccount(_) => vec![format!("requested the ad account {}", sentence.request()?)],
        Action::WithdrawRequest(_) => vec![format!("withdrew the request for {}", sentence.request()?)],
        Action::FulfilRequest(fulfil) => {
            let by = fulfil.account.as_ref().map(|id| sentence.name_of(ObjectKind::AdAccount, id.as_str()));
            let by = by.transpose()?.map_or(String::new(), |account| format!(" by {account}"));
            vec![format!("marked the request for {} fulfilled{by}", sentence.request()?)]
        }
        _ => sentence.clauses(matches!(action, Action::Move(_)))?,
    };
    Ok(capitalized(&clauses.join(", ")))
}

fn add<'a, K: Decision>(
    book: &Connection,
    groups: &mut BTreeMap<(DecisionKind, Effect), Group<'a>>,
    edit: &'a Edit<K>,
) -> Result<()> {
    let effect = match (&edit.before, &edit.after) {
        (None, _) => Added,
        (_, None) => Removed,
        _ => Changed,
    };
    let mut ids = edit.key.objects();
    let group = groups.entry((K::KIND, effect)).or_default();
    group.objects.extend(ids.next());
    group.holders.extend(ids.next_back());
    // Only the value that all of them have is shown.
    if let (Some(after), 0..2) = (&edit.after, group.values.len()) {
        group.values.insert(after.label(book)?);
    }
    Ok(())
}

struct Sentence<'a> {
    book: &'a Connection,
    groups: BTreeMap<(DecisionKind, Effect), Group<'a>>,
    /// The names of goals and tags before the change, which may have removed them.
    former_names: BTreeMap<&'a str, &'a str>,
    /// The campaigns that are initialized, some of them as they are allocated.
    initialized: BTreeSet<(ObjectKind, &'a str)>,
}

impl Sentence<'_> {
    /// Names everything that changed, except what followed from allocations. With `moves`, what one holder gets and another
    /// loses is moved. A campaign always is, because it has one holder.
    fn clauses(&self, moves: bool) -> Result<Vec<String>> {
        use DecisionKind::{
            AccountAllocation, AudienceAllocation, AudienceExclusion, CampaignAllocation, DefaultAccount,
            Goal, Payment,
        };
        let mut clauses = Vec::new();
        let mut add = |clause: Option<String>| clauses.extend(clause);
        let clients = self.clients(Added)?;
        add((!clients.is_empty()).then(|| format!("added {clients}")));
        for (kind, noun) in [
            (AccountAllocation, "ad account"),
            (CampaignAllocation, "campaign"),
            (AudienceAllocation, "audience"),
        ] {
            let (added, removed) = (self.groups.get(&(kind, Added)), self.groups.get(&(kind, Removed)));
            let moved = (moves || kind == CampaignAllocation)
                && added.zip(removed).is_some_and(|(added, removed)| added.objects == removed.objects);
            if let (true, Some(added), Some(removed)) = (moved, added, removed) {
                let from = self.holders(&removed.holders, added.objects.len() == 1)?;
                add(self.held(Some(added), "moved", noun, &format!("from {from} to"))?);
            } else {
                add(self.held(added, "allocated", noun, "to")?);
                add(self.held(removed, "deallocated", noun, "from")?);
            }
        }
        if !self.initialized.is_empty() {
            add(Some(format!("initialized {}", self.named(&self.initialized, "campaign")?)));
        }
        let excluded = self.plain((AudienceExclusion, Added), "excluded", "audience")?;
        add(excluded.map(|excluded| format!("{excluded} from XPO")));
        let included = self.plain((AudienceExclusion, Removed), "included", "audience")?;
        add(included.map(|included| format!("{included} in XPO")));
        add(self.held(self.groups.get(&(Goal, Added)), "added", "goal or tag", "to")?);
        add(self.held(self.groups.get(&(Goal, Removed)), "removed", "goal or tag", "from")?);
        let payment = self.groups.get(&(Payment, Changed));
        let mode = self.held(payment, "changed the payment mode of", "ad account", "for")?;
        let to = payment.and_then(Group::value).map_or(String::new(), |mode| format!(" to {mode}"));
        add(mode.map(|mode| mode + &to));
        let defaults = self.groups.get(&(DefaultAccount, Changed));
        let verb = defaults
            .and_then(Group::value)
            .map_or("changed the default of".to_owned(), |account| format!("made {account} the default of"));
        let defaults = self.plain((DefaultAccount, Changed), &verb, "XPO account")?;
        let only_defaults = self.groups.keys().all(|(kind, _)| *kind == DefaultAccount);
        add(defaults.filter(|_| only_defaults));
        Ok(clauses)
    }

    /// Returns "verb objects to holders".
    fn held(
        &self,
        group: Option<&Group<'_>>,
        verb: &str,
        noun: &str,
        preposition: &str,
    ) -> Result<Option<String>> {
        let Some(group) = group else { return Ok(None) };
        let objects = self.named(&group.objects, noun)?;
        let holders = self.holders(&group.holders, group.objects.len() == 1)?;
        Ok(Some(format!("{verb} {objects} {preposition} {holders}")))
    }

    fn plain(&self, group: (DecisionKind, Effect), verb: &str, noun: &str) -> Result<Option<String>> {
        let Some(group) = self.groups.get(&group) else { return Ok(None) };
        Ok(Some(format!("{verb} {}", self.named(&group.objects, noun)?)))
    }

    /// Returns the XPO accounts and advertisers with an effect, such as "3 XPO accounts and 9 advertisers".
    fn clients(&self, effect: Effect) -> Result<String> {
        let mut parts = Vec::new();
        for (kind, noun) in
            [(DecisionKind::XpoAccount, "XPO account"), (DecisionKind::Advertiser, "advertiser")]
        {
            if let Some(group) = self.groups.get(&(kind, effect)) {
                parts.push(self.clients_of(&group.objects, noun)?);
            }
        }
        Ok(parts.join(" and "))
    }

    /// Returns "XPO account Client 017" or "3 XPO accounts".
    fn clients_of(&self, clients: &BTreeSet<(ObjectKind, &str)>, noun: &str) -> Result<String> {
        let named = self.named(clients, noun)?;
        Ok(if clients.len() == 1 { format!("{noun} {named}") } else { named })
    }

    fn request(&self) -> Result<String> {
        let group = self.groups.iter().find(|((kind, _), _)| *kind == DecisionKind::Request);
        group.map_or(Ok(String::new()), |(_, group)| self.named(&group.objects, "request"))
    }

    fn of_rename(&self, edits: &[&AnyEdit], name: &str) -> Result<String> {
        let before = edits.first().and_then(|edit| match edit {
            AnyEdit::XpoAccount(edit) => Some(("XPO account", &edit.before.as_ref()?.name)),
            AnyEdit::Advertiser(edit) => Some(("advertiser", &edit.before.as_ref()?.name)),
            AnyEdit::Goal(edit) => Some(("goal or tag", &edit.before.as_ref()?.name)),
            _ => None,
        });
        Ok(before
            .map_or(String::new(), |(noun, before)| format!("renamed {noun} {before} to {}", name.trim())))
    }

    /// Returns the name of a single object, or the number of several.
    fn named(&self, objects: &BTreeSet<(ObjectKind, &str)>, noun: &str) -> Result<String> {
        match objects.first() {
            Some(&(kind, id)) if objects.len() == 1 => self.name_of(kind, id),
            _ => Ok(counted(objects.len(), noun)),
        }
    }

    fn name_of(&self, kind: ObjectKind, id: &str) -> Result<String> {
        let Named { name, id, .. } = Named::of(self.book, kind, id)?;
        let former = self.former_names.get(id.as_str()).map(|name| (*name).to_owned());
        Ok(if name.is_empty() { former.unwrap_or(id) } else { name })
    }

    /// Returns whom objects are allocated to: "Brand 1 of Client 1", "Client 1" or "12 advertisers of 5 XPO accounts".
    fn holders(&self, holders: &BTreeSet<(ObjectKind, &str)>, of_one: bool) -> Result<String> {
        let mut clients = BTreeMap::new();
        for &(kind, id) in holders {
            let holder = Named::of(self.book, kind, id)?;
            let client = Named::xpo_account_of(self.book, [Some(&holder), None])?.unwrap_or(holder);
            clients.insert(client.id, client.name);
        }
        let advertisers = holders.iter().filter(|(kind, _)| *kind == ObjectKind::Advertiser).count();
        let of = match clients.first_key_value() {
            Some((_, name)) if clients.len() == 1 => name.clone(),
            _ => counted(clients.len(), "XPO account"),
        };
        Ok(match (advertisers, holders.first()) {
            (0, _) => of,
            (1, Some(&(kind, id))) => format!("{} of {of}", self.name_of(kind, id)?),
            _ if clients.len() == 1 && !of_one => of,
            _ => format!("{} of {of}", counted(advertisers, "advertiser")),
        })
    }
}

/// Returns "1 campaign" or "1,200 campaigns".
fn counted(count: usize, noun: &str) -> String {
    let plural = if noun == "goal or tag" { "goals and tags".to_owned() } else { format!("{noun}s") };
    format!("{} {}", grouped(count), if count == 1 { noun } else { &plural })
}

fn capitalized(sentence: &str) -> String {
    with_first(sentence, |first| first.to_uppercase().collect())
}

fn lower_case_first(sentence: &str) -> String {
    with_first(sentence, |first| first.to_lowercase().collect())
}

fn with_first(sentence: &str, change: impl Fn(char) -> String) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or(String::new(), |first| change(first) + characters.as_str())
}
