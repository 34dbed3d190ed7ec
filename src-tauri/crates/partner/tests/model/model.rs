//! A second, simpler implementation of the rules. It returns the decisions after a change, or `None` if the change is
//! blocked. Unlike the book, it builds the whole result first and then checks it.

use std::collections::{BTreeMap, BTreeSet};

use partner::decisions::{
    AccountPair, Action, AddGoals, AddToDirectory, AllocateAccounts, AllocateAudiences, AllocateCampaigns,
    AllocateToSeveral, Archive, AudienceChoice, Deallocate, DeallocateFirst, DefaultReplacement,
    ExcludeAudiences, Holder, Holdings, IncludeAudiences, InitializeCampaigns, Move, Offboard, RemoveGoals,
    Rename, Renamed, Restore, SetDefaults, SetState, Undo,
};
use partner::ids::AdAccountId;

use crate::state::{Key, State, Value, key};

#[derive(Debug, Default)]
pub struct Model {
    pub now: State,
    /// TikTok ad accounts, and their campaigns and audiences.
    pub accounts: BTreeSet<String>,
    pub campaigns: BTreeMap<String, String>,
    pub audiences: BTreeSet<(String, String)>,
    /// Id, before, after.
    pub history: Vec<(String, State, State)>,
}

/// A default that the rules do not determine: any of the new accounts.
pub const ANY: &str = "?";

#[derive(Default)]
struct DefaultPreferences {
    default_replacements: Vec<DefaultReplacement>,
    preferred: BTreeMap<String, String>,
    may_be_empty: BTreeSet<String>,
    /// XPO accounts and TikTok ad accounts, in the order in which they would become defaults.
    order: Option<Vec<(String, String)>>,
}

impl Model {
    /// Returns the decisions after an action; `None` if it is blocked.
    pub fn after(&self, action: &Action) -> Option<State> {
        let next = self.decide(action)?;
        (next != self.now).then_some(next)
    }

    fn open(&self, state: &State, advertiser: &str) -> bool {
        let parent = state.xpo_of(advertiser).and_then(|xpo| state.archived("xpo_account", xpo));
        state.archived("advertiser", advertiser) == Some(false) && parent == Some(false)
    }

    fn decide(&self, action: &Action) -> Option<State> {
        self.decide_from(self.now.clone(), action)
    }

    fn decide_from(&self, mut next: State, action: &Action) -> Option<State> {
        match action {
            Action::AddToDirectory(AddToDirectory { accounts, advertisers }) => {
                for new in accounts {
                    let value =
                        Value::Xpo { name: new.name.clone(), state: new.state.as_str(), archived: false };
                    add(&mut next, key("xpo_account", new.id.as_str(), "", ""), value, &new.name)?;
                }
                for new in advertisers {
                    let xpo = new.xpo_account.0.clone();
                    (next.archived("xpo_account", &xpo) == Some(false)).then_some(())?;
                    let value = Value::Advertiser { name: new.name.clone(), xpo, archived: false };
                    add(&mut next, key("advertiser", new.id.as_str(), "", ""), value, &new.name)?;
                }
            }
            Action::Rename(Rename { object, name: new }) => {
                let place = match object {
                    Renamed::XpoAccount(id) => key("xpo_account", id.as_str(), "", ""),
                    Renamed::Advertiser(id) => key("advertiser", id.as_str(), "", ""),
                    Renamed::Goal(id) => next.of("goal").find(|(key, _)| key.1 == id.0)?.0.clone(),
                };
                let (Value::Xpo { name, .. } | Value::Advertiser { name, .. } | Value::Goal { name, .. }) =
                    next.0.get_mut(&place)?
                else {
                    return None;
                };
                name.clone_from(new);
                (!new.is_empty() && next.names_are_unique()).then_some(())?;
            }
            Action::SetState(SetState { accounts, state: new }) => {
                for id in accounts {
                    let Value::Xpo { state, .. } =
                        next.0.get_mut(&key("xpo_account", id.as_str(), "", ""))?
                    else {
                        return None;
                    };
                    *state = new.as_str();
                }
            }
            Action::Archive(Archive { accounts, advertisers })
            | Action::Restore(Restore { accounts, advertisers }) => {
                let wanted = matches!(action, Action::Archive(_));
                let accounts = accounts.iter().map(|id| key("xpo_account", id.as_str(), "", ""));
                for place in
                    accounts.chain(advertisers.iter().map(|id| key("advertiser", id.as_str(), "", "")))
                {
                    let (Value::Xpo { archived, .. } | Value::Advertiser { archived, .. }) =
                        next.0.get_mut(&place)?
                    else {
                        return None;
                    };
                    *archived = wanted;
                }
            }
            Action::AddGoals(AddGoals { goals }) => {
                for new in goals {
                    let (account, advertiser) = (new.ad_account.as_str(), new.advertiser.as_str());
                    let taken = next.of("goal").any(|(key, _)| key.1 == new.id.0);
                    let fits = self.open(&next, advertiser)
                        && next.has("account_allocation", "", account, advertiser);
                    (!taken && fits).then_some(())?;
                    let value = Value::Goal { kind: new.kind.as_str(), name: new.name.clone() };
                    add(&mut next, key("goal", new.id.as_str(), account, advertiser), value, &new.name)?;
                }
            }
            Action::RemoveGoals(RemoveGoals { goals }) => {
                for id in goals {
                    self.now.of("goal").find(|(key, _)| key.1 == id.0)?;
                    next.0.retain(|key, _| key.0 != "goal" || key.1 != id.0);
                }
            }
            Action::AllocateAccounts(AllocateAccounts {
                allocate,
                deallocate,
                modes,
                default_replacements,
            }) => {
                for AccountPair { ad_account, advertiser } in allocate {
                    if !next.has("account_allocation", "", ad_account.as_str(), advertiser.as_str()) {
                        let fits =
                            self.accounts.contains(&ad_account.0) && self.open(&next, advertiser.as_str());
                        fits.then_some(())?;
                        next.put(
                            "account_allocation",
                            "",
                            ad_account.as_str(),
                            advertiser.as_str(),
                            "allocated",
                        );
                    }
                }
                for AccountPair { ad_account, advertiser } in deallocate {
                    deallocate_account(&mut next, ad_account.as_str(), advertiser.as_str())?;
                }
                update_payment_modes(&mut next, &BTreeMap::new());
                for choice in modes {
                    let (account, xpo) = (choice.ad_account.as_str(), choice.xpo_account.as_str());
                    if next.has("payment", "", account, xpo) {
                        next.put("payment", "", account, xpo, choice.mode.as_str());
                    }
                }
                let order = allocate
                    .iter()
                    .filter_map(|pair| {
                        Some((next.xpo_of(pair.advertiser.as_str())?.to_owned(), pair.ad_account.0.clone()))
                    })
                    .collect();
                let preferences = DefaultPreferences {
                    default_replacements: default_replacements.clone(),
                    order: Some(order),
                    ..DefaultPreferences::default()
                };
                self.update_defaults(&mut next, &preferences)?;
            }
            Action::SetDefaults(SetDefaults { defaults }) => {
                for choice in defaults {
                    let (account, xpo) = (choice.ad_account.as_str(), choice.xpo_account.as_str());
                    next.has("payment", "", account, xpo).then_some(())?;
                    next.put("default_account", "", "", xpo, account);
                }
            }
            Action::AllocateCampaigns(AllocateCampaigns { advertiser, allocate, deallocate }) => {
                for id in deallocate {
                    self.campaigns.get(&id.0)?;
                    if let Some((place, initialized)) = next.campaign(&id.0) {
                        let place = place.clone();
                        (place.3 == advertiser.0 && !initialized).then_some(())?;
                        next.0.remove(&place);
                    }
                }
                for id in allocate {
                    let account = self.campaigns.get(&id.0)?;
                    match next.campaign(&id.0) {
                        Some((place, _)) => (place.3 == advertiser.0).then_some(())?,
                        None => self.allocate_campaign(&mut next, &id.0, account, advertiser.as_str())?,
                    }
                }
            }
            Action::InitializeCampaigns(InitializeCampaigns { campaigns }) => {
                for id in campaigns {
                    let place = next.campaign(&id.0)?.0.clone();
                    next.0.insert(place, Value::Text("initialized".into()));
                }
            }
            Action::AllocateAudiences(AllocateAudiences { advertiser, accounts }) => {
                let to = advertiser.as_str();
                for AudienceChoice { ad_account, allocate, deallocate } in accounts {
                    let account = ad_account.as_str();
                    for id in deallocate {
                        next.remove("audience_allocation", id.as_str(), account, to);
                    }
                    for id in allocate {
                        self.audiences.get(&(account.into(), id.0.clone()))?;
                        if !next.has("audience_allocation", id.as_str(), account, to) {
                            let fits = self.open(&next, to)
                                && next.has("account_allocation", "", account, to)
                                && !next.has("audience_exclusion", id.as_str(), "", "");
                            fits.then_some(())?;
                            next.put("audience_allocation", id.as_str(), account, to, "allocated");
                        }
                    }
                }
            }
            Action::ExcludeAudiences(ExcludeAudiences { audiences }) => {
                for id in audiences {
                    self.audiences.iter().find(|known| known.1 == id.0)?;
                    next.0.retain(|key, _| key.0 != "audience_allocation" || key.1 != id.0);
                    next.put("audience_exclusion", id.as_str(), "", "", "excluded");
                }
            }
            Action::IncludeAudiences(IncludeAudiences { audiences }) => {
                for id in audiences {
                    self.audiences.iter().find(|known| known.1 == id.0)?;
                    next.remove("audience_exclusion", id.as_str(), "", "");
                }
            }
            // The model has no requests, and no step makes one.
            // No step makes these; `rules/allocation_files.rs` compares imports with the dialogs.
            Action::RequestAccount(_)
            | Action::WithdrawRequest(_)
            | Action::FulfilRequest(_)
            | Action::ImportAllocations(_) => return None,
            Action::Deallocate(Deallocate { holdings, default_replacements }) => {
                self.release(&mut next, holdings, None, default_replacements)?;
            }
            Action::Move(Move { holdings, to, default_replacements }) => {
                self.release(&mut next, holdings, Some(to.as_str()), default_replacements)?;
            }
            Action::Offboard(Offboard { accounts }) => {
                let mut default_replacements = Vec::new();
                for id in accounts {
                    let own = |state: &State, key: &Key| state.xpo_of(&key.3) == Some(id.as_str());
                    let stays: BTreeSet<(String, String)> = next
                        .of("campaign_allocation")
                        .filter(|(key, value)| own(&next, key) && value.as_text() == "initialized")
                        .map(|(key, _)| (key.2.clone(), key.3.clone()))
                        .collect();
                    let gone: Vec<Key> = next
                        .0
                        .iter()
                        .filter(|(key, value)| match key.0 {
                            "campaign_allocation" => value.as_text() != "initialized",
                            "account_allocation" => !stays.contains(&(key.2.clone(), key.3.clone())),
                            "audience_allocation" | "goal" => true,
                            _ => false,
                        })
                        .filter(|(key, _)| own(&next, key))
                        .map(|(key, _)| key.clone())
                        .collect();
                    gone.iter().for_each(|key| drop(next.0.remove(key)));
                    update_payment_modes(&mut next, &BTreeMap::new());
                    let to = next.links(id.as_str()).into_iter().next().map(AdAccountId);
                    default_replacements.push(DefaultReplacement { xpo_account: id.clone(), to });
                    let archive = Archive { accounts: vec![id.clone()], advertisers: vec![] };
                    next = self.decide_from(next, &Action::Archive(archive))?;
                }
                let preferences =
                    DefaultPreferences { default_replacements, ..DefaultPreferences::default() };
                self.update_defaults(&mut next, &preferences)?;
            }
            Action::DeallocateFirst(DeallocateFirst { campaigns, goals, then }) => {
                let holdings = Holdings { campaigns: campaigns.clone(), ..Holdings::default() };
                self.release(&mut next, &holdings, None, &[])?;
                next = self.decide_from(next, &Action::RemoveGoals(RemoveGoals { goals: goals.clone() }))?;
                return self.decide_from(next, then);
            }
            Action::AllocateToSeveral(AllocateToSeveral { campaigns, audiences }) => {
                for one in campaigns {
                    next = self.decide_from(next, &Action::AllocateCampaigns(one.clone()))?;
                }
                for one in audiences {
                    next = self.decide_from(next, &Action::AllocateAudiences(one.clone()))?;
                }
                return Some(next);
            }
            // The book decides on undos that keep or add something.
            Action::Undo(Undo { change, default_replacements, .. }) => {
                let (_, before, after) = self.history.iter().find(|(id, ..)| *id == change.0)?;
                return self.undo(next, before, after, default_replacements);
            }
        }
        Some(next)
    }

    /// Deallocates what `holdings` lists and, with `to`, allocates it to that advertiser.
    fn release(
        &self,
        next: &mut State,
        holdings: &Holdings,
        to: Option<&str>,
        default_replacements: &[DefaultReplacement],
    ) -> Option<()> {
        let start = next.clone();
        let listed = |advertiser: &str| match &holdings.of {
            None => true,
            Some(Holder::XpoAccount(id)) => start.xpo_of(advertiser) == Some(id.as_str()),
            Some(Holder::Advertiser(id)) => advertiser == id.as_str(),
        };
        let pairs: Vec<Key> = start
            .of("account_allocation")
            .map(|(key, _)| key.clone())
            .filter(|key| holdings.ad_accounts.iter().any(|id| id.0 == key.2))
            .filter(|key| listed(&key.3) && Some(key.3.as_str()) != to)
            .collect();
        let taken = |key: &Key| pairs.iter().any(|pair| pair.2 == key.2 && pair.3 == key.3);
        let mut modes = BTreeMap::new();
        for pair in pairs.iter().filter(|_| to.is_some()) {
            let to = to?;
            if !next.has("account_allocation", "", &pair.2, to) {
                self.open(next, to).then_some(())?;
                next.put("account_allocation", "", &pair.2, to, "allocated");
            }
            let (from, to) = (start.xpo_of(&pair.3)?, start.xpo_of(to)?);
            let mode = start.0.get(&key("payment", "", &pair.2, from))?.as_text().to_owned();
            modes.entry(key("payment", "", &pair.2, to)).or_insert(mode);
        }
        let listed_campaigns = holdings.campaigns.iter().map(|id| id.0.clone());
        let moved_campaigns = start
            .of("campaign_allocation")
            .filter(|(key, _)| to.is_some() && taken(key))
            .map(|(key, _)| key.1.clone());
        for id in listed_campaigns.chain(moved_campaigns).collect::<BTreeSet<String>>() {
            self.campaigns.get(&id)?;
            let Some((place, initialized)) = start.campaign(&id) else {
                to.is_none().then_some(())?;
                continue;
            };
            if Some(place.3.as_str()) == to {
                continue;
            }
            (listed(&place.3) && !initialized).then_some(())?;
            next.0.remove(place);
            if let Some(to) = to {
                self.allocate_campaign(next, &id, &place.2, to)?;
            }
        }
        let audiences: Vec<Key> = start
            .of("audience_allocation")
            .map(|(key, _)| key.clone())
            .filter(|key| listed(&key.3) && Some(key.3.as_str()) != to)
            .filter(|key| {
                let is_listed =
                    holdings.audiences.iter().any(|of| of.ad_account.0 == key.2 && of.audience.0 == key.1);
                is_listed || to.is_some() && taken(key)
            })
            .collect();
        for place in audiences {
            next.0.remove(&place);
            if let Some(to) = to
                && !next.has("audience_allocation", &place.1, &place.2, to)
            {
                let fits = self.open(next, to) && next.has("account_allocation", "", &place.2, to);
                fits.then_some(())?;
                next.put("audience_allocation", &place.1, &place.2, to, "allocated");
            }
        }
        for pair in &pairs {
            deallocate_account(next, &pair.2, &pair.3)?;
        }
        update_payment_modes(next, &modes);
        let order =
            pairs.iter().filter_map(|pair| Some((next.xpo_of(to?)?.to_owned(), pair.2.clone()))).collect();
        let preferences = DefaultPreferences {
            default_replacements: default_replacements.to_vec(),
            order: Some(order),
            ..DefaultPreferences::default()
        };
        self.update_defaults(next, &preferences)
    }

    fn allocate_campaign(&self, next: &mut State, id: &str, account: &str, to: &str) -> Option<()> {
        (self.open(next, to) && next.has("account_allocation", "", account, to)).then_some(())?;
        next.put("campaign_allocation", id, account, to, "allocated");
        Some(())
    }

    /// Gives XPO accounts whose ad accounts changed the right default, or none.
    fn update_defaults(&self, next: &mut State, preferences: &DefaultPreferences) -> Option<()> {
        let xpos: BTreeSet<String> =
            self.now.of("payment").chain(next.of("payment")).map(|(key, _)| key.3.clone()).collect();
        for xpo in xpos {
            let (before, links) = (self.now.links(&xpo), next.links(&xpo));
            if before == links {
                continue;
            }
            let default = next.default_of(&xpo).map(str::to_owned);
            let chosen = match default {
                Some(default) if links.contains(&default) => Some(default),
                Some(_) => {
                    let preferred_account = preferences
                        .default_replacements
                        .iter()
                        .rev()
                        .find(|preferred_account| preferred_account.xpo_account.0 == xpo);
                    match preferred_account.map(|preferred_account| &preferred_account.to) {
                        Some(Some(to)) if links.contains(to.as_str()) => Some(to.0.clone()),
                        Some(None) if links.is_empty() => None,
                        None if links.is_empty() && preferences.may_be_empty.contains(&xpo) => None,
                        _ => return None,
                    }
                }
                None => {
                    let preferred = preferences
                        .preferred
                        .get(&xpo)
                        .filter(|preferred_account| links.contains(*preferred_account))
                        .cloned();
                    let first = match &preferences.order {
                        Some(order) => order
                            .iter()
                            .find(|(to, account)| *to == xpo && links.contains(account))
                            .map(|(_, account)| account.clone()),
                        None if links.len() > 1 => Some(ANY.to_owned()),
                        None => links.first().cloned(),
                    };
                    preferred.or(first)
                }
            };
            match chosen {
                Some(account) => next.put("default_account", "", "", &xpo, &account),
                None => next.remove("default_account", "", "", &xpo),
            }
        }
        Some(())
    }

    fn undo(
        &self,
        mut next: State,
        before: &State,
        after: &State,
        default_replacements: &[DefaultReplacement],
    ) -> Option<State> {
        let keys: BTreeSet<&Key> = before.0.keys().chain(after.0.keys()).collect();
        let changed: Vec<&Key> =
            keys.into_iter().filter(|key| before.0.get(*key) != after.0.get(*key)).collect();
        let follows = |key: &Key| {
            key.0 == "default_account"
                || key.0 == "payment" && !(before.0.contains_key(key) && after.0.contains_key(key))
        };
        let current = next.clone();
        // Allocations of ad accounts come last: what depends on them may be removed by the same undo.
        let (accounts, others): (Vec<&Key>, Vec<&Key>) = changed
            .iter()
            .copied()
            .filter(|key| !follows(key))
            .partition(|key| key.0 == "account_allocation");
        for place in others.into_iter().chain(accounts) {
            let (old, new, now) = (before.0.get(place), after.0.get(place), current.0.get(place));
            let value = match (old, new, now) {
                (Some(Value::Text(_)), Some(_), _) if place.0 == "campaign_allocation" => return None,
                (Some(old), Some(new), Some(now)) if place.0 == "xpo_account" || place.0 == "advertiser" => {
                    Some(revert_fields(old, new, now)?)
                }
                _ if now != new => return None,
                (old, ..) => old.cloned(),
            };
            if value.is_none() && place.0 == "account_allocation" {
                deallocate_account(&mut next, &place.2, &place.3)?;
            }
            match value {
                Some(value) => drop(next.0.insert(place.clone(), value)),
                None => drop(next.0.remove(place)),
            }
        }
        // The modes that the change removed, or else the last ones.
        let of_state = |state: &State| -> Vec<(Key, String)> {
            state.of("payment").map(|(key, mode)| (key.clone(), mode.as_text().to_owned())).collect()
        };
        let mut modes: BTreeMap<Key, String> =
            self.history.iter().flat_map(|(.., after)| of_state(after)).collect();
        modes.extend(of_state(before).into_iter().filter(|(key, _)| !after.0.contains_key(key)));
        update_payment_modes(&mut next, &modes);
        let mut preferences = DefaultPreferences {
            default_replacements: default_replacements.to_vec(),
            ..DefaultPreferences::default()
        };
        let chosen = !changed.iter().any(|key| key.0 == "account_allocation");
        for place in changed.iter().filter(|key| key.0 == "default_account") {
            let (xpo, now) = (&place.3, current.0.get(*place));
            let Some(old) = before.0.get(*place).map(Value::as_text) else {
                preferences.may_be_empty.insert(xpo.clone());
                continue;
            };
            let unchanged = now == after.0.get(*place);
            let linked = next.has("payment", "", old, xpo);
            if chosen {
                (unchanged && linked).then_some(())?;
                next.put("default_account", "", "", xpo, old);
            } else if unchanged && linked && now.is_some() {
                next.put("default_account", "", "", xpo, old);
            }
            preferences.preferred.insert(xpo.clone(), old.to_owned());
        }
        self.update_defaults(&mut next, &preferences)?;
        is_consistent(&next).then_some(next)
    }
}

/// Adds an object with a unique name.
fn add(next: &mut State, place: Key, value: Value, name: &str) -> Option<()> {
    (next.0.insert(place, value).is_none() && !name.is_empty() && next.names_are_unique()).then_some(())
}

fn deallocate_account(next: &mut State, account: &str, advertiser: &str) -> Option<()> {
    if next.has("account_allocation", "", account, advertiser) {
        (!next.has_dependents(account, advertiser)).then_some(())?;
        next.0.retain(|key, _| {
            !((key.0 == "account_allocation" || key.0 == "audience_allocation")
                && key.2 == account
                && key.3 == advertiser)
        });
    }
    Some(())
}

/// Invariant 5: exactly the allocated pairs have a payment mode. New ones get those in `modes`, or "self".
fn update_payment_modes(next: &mut State, modes: &BTreeMap<Key, String>) {
    let pairs: BTreeSet<Key> = next
        .of("account_allocation")
        .filter_map(|(place, _)| Some(key("payment", "", &place.2, next.xpo_of(&place.3)?)))
        .collect();
    next.0.retain(|key, _| key.0 != "payment" || pairs.contains(key));
    for pair in pairs {
        let mode = modes.get(&pair).map_or("self", String::as_str);
        next.0.entry(pair).or_insert_with(|| Value::Text(mode.into()));
    }
}

/// Reverts the fields that the change altered; `None` if one of them changed again.
fn revert_fields(old: &Value, new: &Value, now: &Value) -> Option<Value> {
    fn back<T: PartialEq + Clone>(old: &T, new: &T, now: &T) -> Option<T> {
        if old == new { Some(now.clone()) } else { (now == new).then(|| old.clone()) }
    }
    match (old, new, now) {
        (
            Value::Xpo { name: a, state: b, archived: c },
            Value::Xpo { name: d, state: e, archived: f },
            Value::Xpo { name: g, state: h, archived: i },
        ) => Some(Value::Xpo { name: back(a, d, g)?, state: back(b, e, h)?, archived: back(c, f, i)? }),
        (
            Value::Advertiser { name: a, archived: c, .. },
            Value::Advertiser { name: d, archived: f, .. },
            Value::Advertiser { name: g, archived: i, xpo },
        ) => Some(Value::Advertiser { name: back(a, d, g)?, archived: back(c, f, i)?, xpo: xpo.clone() }),
        _ => None,
    }
}

/// Returns whether every decision has the others that it needs.
fn is_consistent(state: &State) -> bool {
    let mut campaigns = BTreeSet::new();
    let mut goals = BTreeSet::new();
    state.names_are_unique()
        && state.0.iter().all(|(key, value)| match (key.0, value) {
            ("advertiser", Value::Advertiser { xpo, .. }) => state.has("xpo_account", xpo, "", ""),
            ("account_allocation", _) => state.has("advertiser", &key.3, "", ""),
            ("campaign_allocation", _) => {
                campaigns.insert(&key.1) && state.has("account_allocation", "", &key.2, &key.3)
            }
            ("goal", _) => goals.insert(&key.1) && state.has("account_allocation", "", &key.2, &key.3),
            ("audience_allocation", _) => {
                !state.has("audience_exclusion", &key.1, "", "")
                    && state.has("account_allocation", "", &key.2, &key.3)
            }
            _ => true,
        })
}
