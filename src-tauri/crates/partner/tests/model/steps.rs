//! The steps of a sequence. Small numbers stand for ids, so that proptest shrinks failures to short and simple ones.

use partner::decisions::{
    AccountAudience, AccountPair, Action, AddGoals, AddToDirectory, AllocateAccounts, AllocateAudiences,
    AllocateCampaigns, AllocateToSeveral, Archive, AudienceChoice, Deallocate, DeallocateFirst,
    DefaultChoice, DefaultReplacement, ExcludeAudiences, GoalKind, Holder, Holdings, IncludeAudiences,
    InitializeCampaigns, Move, NewAdvertiser, NewGoal, NewXpoAccount, Offboard, PaymentChoice, PaymentMode,
    RemoveGoals, Rename, Renamed, Restore, SetDefaults, SetState, Undo, XpoState,
};
use partner::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, ChangeId, GoalId, XpoAccountId};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::state::{Key, State, key};

/// The number of TikTok ad accounts. The next number is an unknown one.
pub const ACCOUNTS: u8 = 3;
/// The campaigns of each ad account. Only a sync adds the last one.
pub const CAMPAIGNS: u8 = 3;
/// The audiences, the same in each ad account. Only a sync adds the last one.
pub const AUDIENCES: u8 = 3;

/// An ad account and the number of its campaign.
type Campaign = (u8, u8);
type Choice = (u8, Option<u8>);

#[derive(Debug, Clone)]
pub enum Step {
    Accounts {
        add: Vec<(u8, u8)>,
        drop: Vec<(u8, u8)>,
        modes: Vec<(u8, u8, bool)>,
        hand: Vec<Choice>,
    },
    Default(Vec<(u8, u8)>),
    Campaigns {
        to: u8,
        add: Vec<Campaign>,
        drop: Vec<Campaign>,
    },
    /// Numbers of allocated campaigns. In the steps below, too, numbers without an id count what exists.
    DeallocateSome(Vec<u8>),
    /// Deallocates ad accounts, and some of the allocated campaigns and audiences, or moves them. `of` below 2 is an XPO
    /// account, below 6 an advertiser, otherwise nobody in particular.
    Release {
        of: u8,
        to: Option<u8>,
        accounts: Vec<u8>,
        campaigns: Vec<u8>,
        audiences: Vec<u8>,
        hand: Vec<Choice>,
    },
    Offboard(Vec<u8>),
    /// Deallocates ad accounts after some of the campaigns and goals, or the campaigns of undone changes.
    First {
        campaigns: Vec<u8>,
        goals: Vec<u8>,
        then: Box<Step>,
    },
    /// Steps that allocate campaigns or audiences.
    Several(Vec<Step>),
    Initialize(Vec<u8>),
    Audiences {
        account: u8,
        to: u8,
        add: Vec<u8>,
        drop: Vec<u8>,
    },
    Exclude(Vec<u8>),
    Include(Vec<u8>),
    AddGoal {
        id: u8,
        tag: bool,
        name: u8,
        to: u8,
        account: u8,
    },
    RemoveGoals(Vec<u8>),
    Rename {
        what: u8,
        name: u8,
    },
    State {
        xpo: u8,
        state: u8,
    },
    Archive {
        xpos: Vec<u8>,
        advertisers: Vec<u8>,
        again: bool,
    },
    Add {
        xpos: Vec<(u8, u8)>,
        advertisers: Vec<(u8, u8, u8)>,
    },
    /// Undoes the entry that many places back, except some edits and, with `also`, together with all remedies that its
    /// preview offers.
    Undo {
        back: u8,
        keep: Vec<u8>,
        also: bool,
        hand: Vec<Choice>,
    },
    /// Commits the previous change again.
    Repeat,
    /// Commits another change with the id of the previous one.
    SameId,
    SyncCampaigns {
        account: u8,
        listed: u8,
        name: u8,
    },
    SyncAudiences {
        account: u8,
        listed: u8,
        name: u8,
    },
    Import {
        listed: u8,
        status: u8,
    },
}

pub fn account(n: u8) -> AdAccountId {
    AdAccountId(format!("700223801784270{n:03}"))
}

pub fn campaign((of, n): Campaign) -> CampaignId {
    CampaignId(format!("17799238000{of:03}{n:03}"))
}

pub fn audience(n: u8) -> AudienceId {
    AudienceId(format!("719300000000000{n:03}"))
}

pub fn xpo(n: u8) -> XpoAccountId {
    XpoAccountId(format!("00000000-0000-7000-8000-a00000000{n:03}"))
}

/// The starting file has two in each XPO account.
pub fn advertiser(n: u8) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-8000-b00000000{n:03}"))
}

pub fn goal(n: u8) -> GoalId {
    GoalId(format!("00000000-0000-7000-8000-c00000000{n:03}"))
}

/// Returns one of a few names: two differ only in case, and one is empty.
pub fn name(n: u8) -> String {
    ["One", "ONE", "Two", "Three", ""][n as usize % 5].to_owned()
}

fn some<T: std::fmt::Debug>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    vec(of, 0..3)
}

pub fn step() -> impl Strategy<Value = Step> {
    let acc = 0..ACCOUNTS + 1;
    let number = |last: u8| prop_oneof![6 => 0..last, 1 => Just(last)];
    // Mostly of one ad account, because a mixture is mostly blocked.
    let camps = move |count: std::ops::Range<usize>| {
        prop_oneof![
            5 => (0..ACCOUNTS, vec(number(CAMPAIGNS - 1), count.clone()))
                .prop_map(|(of, numbers)| numbers.into_iter().map(|n| (of, n)).collect::<Vec<_>>()),
            1 => vec((0..ACCOUNTS, 0..CAMPAIGNS), count),
        ]
    };
    let adv = || prop_oneof![20 => 0u8..4, 1 => 4u8..6];
    let aud = move || number(AUDIENCES - 1);
    let pair = || (prop_oneof![12 => 0..ACCOUNTS, 1 => Just(ACCOUNTS)], adv());
    let hand = || vec((0u8..2, option::weighted(0.7, 0..ACCOUNTS)), 0..3);
    let keep = || prop_oneof![8 => Just(vec![]), 1 => vec(0u8..6, 1..4)];
    prop_oneof![
        8 => (vec(pair(), 0..4), some((0..ACCOUNTS, 0u8..4)), some((acc.clone(), 0u8..2, any::<bool>())), hand())
            .prop_map(|(add, drop, modes, hand)| Step::Accounts { add, drop, modes, hand }),
        5 => (vec((0..ACCOUNTS, 0u8..4), 1..4), hand())
            .prop_map(|(drop, hand)| Step::Accounts { add: vec![], drop, modes: vec![], hand }),
        3 => vec((0u8..2, acc.clone()), 1..3).prop_map(Step::Default),
        6 => (adv(), camps(1..4), prop_oneof![3 => Just(vec![]), 1 => camps(0..2)])
            .prop_map(|(to, add, drop)| Step::Campaigns { to, add, drop }),
        2 => (adv(), camps(1..2)).prop_map(|(to, drop)| Step::Campaigns { to, add: vec![], drop }),
        2 => vec(0u8..4, 1..3).prop_map(Step::DeallocateSome),
        3 => (0u8..9, adv(), vec(0u8..4, 1..3)).prop_map(|(of, to, campaigns)| Step::Release {
            of, to: Some(to), accounts: vec![], campaigns, audiences: vec![], hand: vec![],
        }),
        6 => (0u8..9, option::of(adv()), some(0..ACCOUNTS), some(0u8..4), some(0u8..4), hand())
            .prop_map(|(of, to, accounts, campaigns, audiences, hand)| Step::Release {
                of, to, accounts, campaigns, audiences, hand,
            }),
        2 => vec(0u8..3, 1..3).prop_map(Step::Offboard),
        3 => (some(0u8..4), some(0u8..3), prop_oneof![
                (vec((0..ACCOUNTS, 0u8..4), 1..4), hand())
                    .prop_map(|(drop, hand)| Step::Accounts { add: vec![], drop, modes: vec![], hand }),
                (0u8..8, keep(), hand())
                    .prop_map(|(back, keep, hand)| Step::Undo { back, keep, also: false, hand }),
            ]).prop_map(|(campaigns, goals, then)| Step::First { campaigns, goals, then: Box::new(then) }),
        2 => vec(prop_oneof![
                (adv(), camps(1..3)).prop_map(|(to, add)| Step::Campaigns { to, add, drop: vec![] }),
                (0..ACCOUNTS, adv(), some(aud()))
                    .prop_map(|(account, to, add)| Step::Audiences { account, to, add, drop: vec![] }),
            ], 1..4).prop_map(Step::Several),
        1 => vec(0u8..4, 1..2).prop_map(Step::Initialize),
        5 => (0..ACCOUNTS, adv(), some(aud()), some(aud()))
            .prop_map(|(account, to, add, drop)| Step::Audiences { account, to, add, drop }),
        1 => vec(aud(), 1..3).prop_map(Step::Exclude),
        2 => vec(aud(), 1..3).prop_map(Step::Include),
        3 => (0u8..3, any::<bool>(), 0u8..5, adv(), 0..ACCOUNTS)
            .prop_map(|(id, tag, name, to, account)| Step::AddGoal { id, tag, name, to, account }),
        2 => vec(0u8..3, 1..2).prop_map(Step::RemoveGoals),
        2 => (0u8..11, 0u8..5).prop_map(|(what, name)| Step::Rename { what, name }),
        1 => (0u8..3, 0u8..3).prop_map(|(xpo, state)| Step::State { xpo, state }),
        2 => (vec(0u8..2, 0..2), vec(0u8..4, 0..2), any::<bool>())
            .prop_map(|(xpos, advertisers, again)| Step::Archive { xpos, advertisers, again }),
        2 => (some((1u8..4, 0u8..5)), some((3u8..6, 0u8..4, 0u8..5)))
            .prop_map(|(xpos, advertisers)| Step::Add { xpos, advertisers }),
        9 => (prop_oneof![2 => 0u8..2, 1 => 0u8..8], keep(), prop::bool::weighted(0.2), hand())
            .prop_map(|(back, keep, also, hand)| Step::Undo { back, keep, also, hand }),
        1 => Just(Step::Repeat),
        1 => Just(Step::SameId),
        2 => (0..ACCOUNTS, 0u8..8, 0u8..4)
            .prop_map(|(account, listed, name)| Step::SyncCampaigns { account, listed, name }),
        2 => (0..ACCOUNTS, 0u8..8, 0u8..4)
            .prop_map(|(account, listed, name)| Step::SyncAudiences { account, listed, name }),
        1 => (0u8..8, 0u8..3).prop_map(|(listed, status)| Step::Import { listed, status }),
    ]
}

/// Returns the `n`th decision of a kind; an unknown key if there is none.
fn nth(now: &State, kind: &'static str, n: u8) -> Key {
    let all: Vec<&Key> = now.of(kind).map(|(key, _)| key).collect();
    match all.len() {
        0 => key(kind, "1", "", ""),
        count => all[n as usize % count].clone(),
    }
}

impl Step {
    /// Returns the action of a step that is a decision. `history` has the ids of the entries, `now` the current decisions.
    pub fn action(&self, history: &[String], now: &State) -> Option<Action> {
        let pairs = |pairs: &[(u8, u8)]| -> Vec<AccountPair> {
            let pair = |&(a, v): &(u8, u8)| AccountPair { ad_account: account(a), advertiser: advertiser(v) };
            pairs.iter().map(pair).collect()
        };
        let campaigns =
            |which: &[Campaign]| -> Vec<CampaignId> { which.iter().copied().map(campaign).collect() };
        let there =
            |kind, which: &[u8]| -> Vec<String> { which.iter().map(|&n| nth(now, kind, n).1).collect() };
        let audiences = |which: &[u8]| -> Vec<AudienceId> { which.iter().copied().map(audience).collect() };
        let hands = |hands: &[Choice]| -> Vec<DefaultReplacement> {
            let hand = |&(x, to): &Choice| DefaultReplacement { xpo_account: xpo(x), to: to.map(account) };
            hands.iter().map(hand).collect()
        };
        Some(match self {
            Step::Accounts { add, drop, modes, hand } => Action::AllocateAccounts(AllocateAccounts {
                allocate: pairs(add),
                deallocate: pairs(drop),
                modes: modes
                    .iter()
                    .map(|&(a, x, knorex)| PaymentChoice {
                        ad_account: account(a),
                        xpo_account: xpo(x),
                        mode: if knorex { PaymentMode::Knorex } else { PaymentMode::Client },
                    })
                    .collect(),
                default_replacements: hands(hand),
            }),
            Step::Default(choices) => Action::SetDefaults(SetDefaults {
                defaults: choices
                    .iter()
                    .map(|&(x, a)| DefaultChoice { xpo_account: xpo(x), ad_account: account(a) })
                    .collect(),
            }),
            Step::Campaigns { to, add, drop } => Action::AllocateCampaigns(AllocateCampaigns {
                advertiser: advertiser(*to),
                allocate: campaigns(add),
                deallocate: campaigns(drop),
            }),
            Step::DeallocateSome(which) => Action::AllocateCampaigns(AllocateCampaigns {
                advertiser: AdvertiserId(nth(now, "campaign_allocation", which[0]).3),
                allocate: vec![],
                deallocate: there("campaign_allocation", which).into_iter().map(CampaignId).collect(),
            }),
            Step::Release { of, to, accounts, campaigns, audiences, hand } => {
                let audience = |&n: &u8| {
                    let (_, id, account, _) = nth(now, "audience_allocation", n);
                    AccountAudience { ad_account: AdAccountId(account), audience: AudienceId(id) }
                };
                let holdings = Holdings {
                    of: match of {
                        0..2 => Some(Holder::XpoAccount(xpo(*of))),
                        2..6 => Some(Holder::Advertiser(advertiser(of - 2))),
                        _ => None,
                    },
                    ad_accounts: accounts.iter().copied().map(account).collect(),
                    campaigns: there("campaign_allocation", campaigns).into_iter().map(CampaignId).collect(),
                    audiences: audiences.iter().map(audience).collect(),
                };
                let default_replacements = hands(hand);
                match to {
                    Some(to) => Action::Move(Move { holdings, to: advertiser(*to), default_replacements }),
                    None => Action::Deallocate(Deallocate { holdings, default_replacements }),
                }
            }
            Step::Several(steps) => {
                let mut several = AllocateToSeveral::default();
                for step in steps {
                    match step.action(history, now)? {
                        Action::AllocateCampaigns(one) => several.campaigns.push(one),
                        Action::AllocateAudiences(one) => several.audiences.push(one),
                        _ => {}
                    }
                }
                Action::AllocateToSeveral(several)
            }
            Step::Offboard(xpos) => {
                Action::Offboard(Offboard { accounts: xpos.iter().copied().map(xpo).collect() })
            }
            Step::First { campaigns, goals, then } => Action::DeallocateFirst(DeallocateFirst {
                campaigns: there("campaign_allocation", campaigns).into_iter().map(CampaignId).collect(),
                goals: there("goal", goals).into_iter().map(GoalId).collect(),
                then: Box::new(then.action(history, now)?),
            }),
            Step::Initialize(which) => Action::InitializeCampaigns(InitializeCampaigns {
                campaigns: there("campaign_allocation", which).into_iter().map(CampaignId).collect(),
            }),
            Step::Audiences { account: of, to, add, drop } => Action::AllocateAudiences(AllocateAudiences {
                advertiser: advertiser(*to),
                accounts: vec![AudienceChoice {
                    ad_account: account(*of),
                    allocate: audiences(add),
                    deallocate: audiences(drop),
                }],
            }),
            Step::Exclude(which) => {
                Action::ExcludeAudiences(ExcludeAudiences { audiences: audiences(which) })
            }
            Step::Include(which) => Action::IncludeAudiences(IncludeAudiences {
                audiences: there("audience_exclusion", which).into_iter().map(AudienceId).collect(),
            }),
            Step::AddGoal { id, tag, name: n, to, account: of } => Action::AddGoals(AddGoals {
                goals: vec![NewGoal {
                    id: goal(*id),
                    kind: if *tag { GoalKind::RemarketingTag } else { GoalKind::ConversionGoal },
                    name: name(*n),
                    advertiser: advertiser(*to),
                    ad_account: account(*of),
                }],
            }),
            Step::RemoveGoals(which) => Action::RemoveGoals(RemoveGoals {
                goals: there("goal", which).into_iter().map(GoalId).collect(),
            }),
            Step::Rename { what, name: n } => Action::Rename(Rename {
                object: match what {
                    0..3 => Renamed::XpoAccount(xpo(*what)),
                    3..8 => Renamed::Advertiser(advertiser(what - 3)),
                    _ => Renamed::Goal(goal(what - 8)),
                },
                name: name(*n),
            }),
            Step::State { xpo: x, state } => {
                Action::SetState(SetState { accounts: vec![xpo(*x)], state: XpoState::ALL[*state as usize] })
            }
            Step::Archive { xpos, advertisers, again } => {
                let accounts = xpos.iter().copied().map(xpo).collect();
                let advertisers = advertisers.iter().copied().map(advertiser).collect();
                if *again {
                    Action::Restore(Restore { accounts, advertisers })
                } else {
                    Action::Archive(Archive { accounts, advertisers })
                }
            }
            Step::Add { xpos, advertisers } => Action::AddToDirectory(AddToDirectory {
                accounts: xpos
                    .iter()
                    .map(|&(x, n)| NewXpoAccount { id: xpo(x), name: name(n), state: XpoState::Active })
                    .collect(),
                advertisers: advertisers
                    .iter()
                    .map(|&(v, x, n)| NewAdvertiser { id: advertiser(v), xpo_account: xpo(x), name: name(n) })
                    .collect(),
            }),
            Step::Undo { back, keep, hand, .. } => Action::Undo(Undo {
                // An unknown change if the history is shorter.
                change: history.iter().rev().nth(*back as usize).map_or_else(
                    || ChangeId("00000000-0000-7000-8000-dddddddddddd".into()),
                    |id| ChangeId(id.clone()),
                ),
                keep: keep.iter().copied().map(u32::from).collect(),
                also: Vec::new(),
                default_replacements: hands(hand),
            }),
            _ => return None,
        })
    }
}
