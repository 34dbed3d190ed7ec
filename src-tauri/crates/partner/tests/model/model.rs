//! The rules once more, as simply as they can be said: what the book comes to after a change, or `None` where it is
//! refused. Nothing is written in steps here; the result is put together and then judged.

use std::collections::{BTreeMap, BTreeSet};

use partner::decisions::change::{AccountPair, Action, HandOver, Renamed};

use crate::state::{Key, State, Value, key};

#[derive(Debug, Default)]
pub struct Model {
    pub now: State,
    /// TikTok ad accounts, and what each has.
    pub accounts: BTreeSet<String>,
    pub campaigns: BTreeMap<String, String>,
    pub audiences: BTreeSet<(String, String)>,
    /// Id, before, after.
    pub history: Vec<(String, State, State)>,
}

/// The default that the first of several accounts becomes where the rules leave open which that is.
pub const ANY: &str = "?";

/// What defaults come to.
#[derive(Default)]
struct Wishes {
    hand_overs: Vec<HandOver>,
    preferred: BTreeMap<String, String>,
    may_leave: BTreeSet<String>,
    /// XPO account and TikTok ad account: in this order they would become the first.
    order: Option<Vec<(String, String)>>,
}

impl Model {
    /// The state after the action; `None` where it is refused.
    pub fn after(&self, action: &Action) -> Option<State> {
        let next = self.decide(action)?;
        (next != self.now).then_some(next)
    }

    fn open(&self, state: &State, advertiser: &str) -> bool {
        let parent = state.xpo_of(advertiser).and_then(|xpo| state.archived("xpo_account", xpo));
        state.archived("advertiser", advertiser) == Some(false) && parent == Some(false)
    }

    fn decide(&self, action: &Action) -> Option<State> {
        let mut next = self.now.clone();
        match action {
            Action::AddToDirectory { accounts, advertisers } => {
                for new in accounts {
                    let value =
                        Value::Xpo { name: new.name.clone(), state: new.state.as_str(), archived: false };
                    add(&mut next, key("xpo_account", "", "", new.id.as_str()), value, &new.name)?;
                }
                for new in advertisers {
                    let xpo = new.xpo_account.0.clone();
                    (next.archived("xpo_account", &xpo) == Some(false)).then_some(())?;
                    let value = Value::Advertiser { name: new.name.clone(), xpo, archived: false };
                    add(&mut next, key("advertiser", "", "", new.id.as_str()), value, &new.name)?;
                }
            }
            Action::Rename { object, name: new } => {
                let place = match object {
                    Renamed::XpoAccount(id) => key("xpo_account", "", "", id.as_str()),
                    Renamed::Advertiser(id) => key("advertiser", "", "", id.as_str()),
                    Renamed::Goal(id) => next.of("goal").find(|(key, _)| key.1 == id.0)?.0.clone(),
                };
                let (Value::Xpo { name, .. } | Value::Advertiser { name, .. } | Value::Goal { name, .. }) =
                    next.0.get_mut(&place)?
                else {
                    return None;
                };
                name.clone_from(new);
                (!new.is_empty() && next.names_differ()).then_some(())?;
            }
            Action::SetState { accounts, state: new } => {
                for id in accounts {
                    let Value::Xpo { state, .. } =
                        next.0.get_mut(&key("xpo_account", "", "", id.as_str()))?
                    else {
                        return None;
                    };
                    *state = new.as_str();
                }
            }
            Action::Archive { accounts, advertisers } | Action::Restore { accounts, advertisers } => {
                let wanted = matches!(action, Action::Archive { .. });
                let accounts = accounts.iter().map(|id| key("xpo_account", "", "", id.as_str()));
                for place in
                    accounts.chain(advertisers.iter().map(|id| key("advertiser", "", "", id.as_str())))
                {
                    let (Value::Xpo { archived, .. } | Value::Advertiser { archived, .. }) =
                        next.0.get_mut(&place)?
                    else {
                        return None;
                    };
                    *archived = wanted;
                }
            }
            Action::AddGoals { goals } => {
                for new in goals {
                    let (account, advertiser) = (new.ad_account.as_str(), new.advertiser.as_str());
                    let taken = next.of("goal").any(|(key, _)| key.1 == new.id.0);
                    let fits =
                        self.open(&next, advertiser) && next.has("allocation", "", account, advertiser);
                    (!taken && fits).then_some(())?;
                    let value = Value::Goal { kind: new.kind.as_str(), name: new.name.clone() };
                    add(&mut next, key("goal", new.id.as_str(), account, advertiser), value, &new.name)?;
                }
            }
            Action::RemoveGoals { goals } => {
                for id in goals {
                    self.now.of("goal").find(|(key, _)| key.1 == id.0)?;
                    next.0.retain(|key, _| key.0 != "goal" || key.1 != id.0);
                }
            }
            Action::AllocateAccounts { allocate, deallocate, modes, hand_overs } => {
                for AccountPair { ad_account, advertiser } in allocate {
                    if !next.has("allocation", "", ad_account.as_str(), advertiser.as_str()) {
                        let fits =
                            self.accounts.contains(&ad_account.0) && self.open(&next, advertiser.as_str());
                        fits.then_some(())?;
                        next.put("allocation", "", ad_account.as_str(), advertiser.as_str(), "allocated");
                    }
                }
                for AccountPair { ad_account, advertiser } in deallocate {
                    deallocate_pair(&mut next, ad_account.as_str(), advertiser.as_str())?;
                }
                relink(&mut next, &BTreeMap::new());
                for choice in modes {
                    let (account, xpo) = (choice.ad_account.as_str(), choice.xpo_account.as_str());
                    if next.has("link", "", account, xpo) {
                        next.put("link", "", account, xpo, choice.mode.as_str());
                    }
                }
                let order = allocate
                    .iter()
                    .filter_map(|pair| {
                        Some((next.xpo_of(pair.advertiser.as_str())?.to_owned(), pair.ad_account.0.clone()))
                    })
                    .collect();
                let wishes =
                    Wishes { hand_overs: hand_overs.clone(), order: Some(order), ..Wishes::default() };
                self.settle(&mut next, &wishes)?;
            }
            Action::SetDefaults { defaults } => {
                for choice in defaults {
                    let (account, xpo) = (choice.ad_account.as_str(), choice.xpo_account.as_str());
                    next.has("link", "", account, xpo).then_some(())?;
                    next.put("default", "", "", xpo, account);
                }
            }
            Action::AllocateCampaigns { advertiser, allocate, deallocate } => {
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
                        None => self.give(&mut next, &id.0, account, advertiser.as_str())?,
                    }
                }
            }
            Action::MoveCampaigns { advertiser, campaigns } => {
                for id in campaigns {
                    let (place, initialized) = next.campaign(&id.0)?;
                    if place.3 != advertiser.0 {
                        let place = place.clone();
                        (!initialized).then_some(())?;
                        next.0.remove(&place);
                        self.give(&mut next, &id.0, &place.2, advertiser.as_str())?;
                    }
                }
            }
            Action::InitializeCampaigns { campaigns } => {
                for id in campaigns {
                    let place = next.campaign(&id.0)?.0.clone();
                    next.0.insert(place, Value::Word("initialized".into()));
                }
            }
            Action::AllocateAudiences { ad_account, advertiser, allocate, deallocate } => {
                let (account, to) = (ad_account.as_str(), advertiser.as_str());
                deallocate.iter().for_each(|id| next.remove("audience", id.as_str(), account, to));
                for id in allocate {
                    self.audiences.get(&(account.into(), id.0.clone()))?;
                    if !next.has("audience", id.as_str(), account, to) {
                        let fits = self.open(&next, to)
                            && next.has("allocation", "", account, to)
                            && !next.has("exclusion", id.as_str(), "", "");
                        fits.then_some(())?;
                        next.put("audience", id.as_str(), account, to, "allocated");
                    }
                }
            }
            Action::ExcludeAudiences { audiences } => {
                for id in audiences {
                    self.audiences.iter().find(|known| known.1 == id.0)?;
                    next.0.retain(|key, _| key.0 != "audience" || key.1 != id.0);
                    next.put("exclusion", id.as_str(), "", "", "excluded");
                }
            }
            Action::IncludeAudiences { audiences } => {
                for id in audiences {
                    self.audiences.iter().find(|known| known.1 == id.0)?;
                    next.remove("exclusion", id.as_str(), "", "");
                }
            }
            // Requests touch nothing of what is here; no step asks for one.
            Action::RequestAccount(_) | Action::WithdrawRequest { .. } | Action::FulfilRequest { .. } => {
                return None;
            }
            Action::Undo { change, hand_overs } => {
                let (_, before, after) = self.history.iter().find(|(id, ..)| *id == change.0)?;
                return self.undo(before, after, hand_overs);
            }
        }
        Some(next)
    }

    fn give(&self, next: &mut State, id: &str, account: &str, to: &str) -> Option<()> {
        (self.open(next, to) && next.has("allocation", "", account, to)).then_some(())?;
        next.put("campaign", id, account, to, "allocated");
        Some(())
    }

    /// Every XPO account whose links changed has a default again, or none.
    fn settle(&self, next: &mut State, wishes: &Wishes) -> Option<()> {
        let xpos: BTreeSet<String> =
            self.now.of("link").chain(next.of("link")).map(|(key, _)| key.3.clone()).collect();
        for xpo in xpos {
            let (before, links) = (self.now.links(&xpo), next.links(&xpo));
            if before == links {
                continue;
            }
            let default = next.default_of(&xpo).map(str::to_owned);
            let chosen = match default {
                Some(default) if links.contains(&default) => Some(default),
                Some(_) => {
                    let wish = wishes.hand_overs.iter().rev().find(|wish| wish.xpo_account.0 == xpo);
                    match wish.map(|wish| &wish.to) {
                        Some(Some(to)) if links.contains(to.as_str()) => Some(to.0.clone()),
                        Some(None) if links.is_empty() => None,
                        None if links.is_empty() && wishes.may_leave.contains(&xpo) => None,
                        _ => return None,
                    }
                }
                None => {
                    let preferred = wishes.preferred.get(&xpo).filter(|wish| links.contains(*wish)).cloned();
                    let first = match &wishes.order {
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
                Some(account) => next.put("default", "", "", &xpo, &account),
                None => next.remove("default", "", "", &xpo),
            }
        }
        Some(())
    }

    fn undo(&self, before: &State, after: &State, hand_overs: &[HandOver]) -> Option<State> {
        let keys: BTreeSet<&Key> = before.0.keys().chain(after.0.keys()).collect();
        let changed: Vec<&Key> =
            keys.into_iter().filter(|key| before.0.get(*key) != after.0.get(*key)).collect();
        let follows = |key: &Key| {
            key.0 == "default"
                || key.0 == "link" && !(before.0.contains_key(key) && after.0.contains_key(key))
        };
        let mut next = self.now.clone();
        for place in changed.iter().copied().filter(|key| !follows(key)) {
            let (old, new, now) = (before.0.get(place), after.0.get(place), self.now.0.get(place));
            let value = match (old, new, now) {
                (Some(Value::Word(_)), Some(_), _) if place.0 == "campaign" => return None,
                (Some(old), Some(new), Some(now)) if place.0 == "xpo_account" || place.0 == "advertiser" => {
                    Some(fields_back(old, new, now)?)
                }
                _ if now != new => return None,
                (old, ..) => old.cloned(),
            };
            if value.is_none() && place.0 == "allocation" {
                deallocate_pair(&mut next, &place.2, &place.3)?;
            }
            match value {
                Some(value) => drop(next.0.insert(place.clone(), value)),
                None => drop(next.0.remove(place)),
            }
        }
        let modes = changed
            .iter()
            .filter(|key| key.0 == "link" && !after.0.contains_key(**key))
            .map(|key| ((**key).clone(), before.0[*key].word().to_owned()))
            .collect();
        relink(&mut next, &modes);
        let mut wishes = Wishes { hand_overs: hand_overs.to_vec(), ..Wishes::default() };
        let chosen = !changed.iter().any(|key| key.0 == "allocation");
        for place in changed.iter().filter(|key| key.0 == "default") {
            let (xpo, now) = (&place.3, self.now.0.get(*place));
            let Some(old) = before.0.get(*place).map(Value::word) else {
                wishes.may_leave.insert(xpo.clone());
                continue;
            };
            let unchanged = now == after.0.get(*place);
            let linked = next.has("link", "", old, xpo);
            if chosen {
                (unchanged && linked).then_some(())?;
                next.put("default", "", "", xpo, old);
            } else if unchanged && linked && now.is_some() {
                next.put("default", "", "", xpo, old);
            }
            wishes.preferred.insert(xpo.clone(), old.to_owned());
        }
        self.settle(&mut next, &wishes)?;
        sound(&next).then_some(next)
    }
}

/// Put something new where nothing is, under a name of its own.
fn add(next: &mut State, place: Key, value: Value, name: &str) -> Option<()> {
    (next.0.insert(place, value).is_none() && !name.is_empty() && next.names_differ()).then_some(())
}

fn deallocate_pair(next: &mut State, account: &str, advertiser: &str) -> Option<()> {
    if next.has("allocation", "", account, advertiser) {
        (!next.kept(account, advertiser)).then_some(())?;
        next.0.retain(|key, _| {
            !((key.0 == "allocation" || key.0 == "audience") && key.2 == account && key.3 == advertiser)
        });
    }
    Some(())
}

/// Invariant 5: links for exactly the allocated pairs; new ones with these modes, or "self".
fn relink(next: &mut State, modes: &BTreeMap<Key, String>) {
    let pairs: BTreeSet<Key> = next
        .of("allocation")
        .filter_map(|(place, _)| Some(key("link", "", &place.2, next.xpo_of(&place.3)?)))
        .collect();
    next.0.retain(|key, _| key.0 != "link" || pairs.contains(key));
    for pair in pairs {
        let mode = modes.get(&pair).map_or("self", String::as_str);
        next.0.entry(pair).or_insert_with(|| Value::Word(mode.into()));
    }
}

/// What the change altered goes back; the rest stays as it is by now.
fn fields_back(old: &Value, new: &Value, now: &Value) -> Option<Value> {
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

/// Whether everything has what it needs: what an undo is judged by.
fn sound(state: &State) -> bool {
    let mut campaigns = BTreeSet::new();
    let mut goals = BTreeSet::new();
    state.names_differ()
        && state.0.iter().all(|(key, value)| match (key.0, value) {
            ("advertiser", Value::Advertiser { xpo, .. }) => state.has("xpo_account", "", "", xpo),
            ("allocation", _) => state.has("advertiser", "", "", &key.3),
            ("campaign", _) => campaigns.insert(&key.1) && state.has("allocation", "", &key.2, &key.3),
            ("goal", _) => goals.insert(&key.1) && state.has("allocation", "", &key.2, &key.3),
            ("audience", _) => {
                !state.has("exclusion", &key.1, "", "") && state.has("allocation", "", &key.2, &key.3)
            }
            _ => true,
        })
}
