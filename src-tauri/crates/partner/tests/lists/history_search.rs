//! The search in the change history, compared with a plain filter over what each change was about when it was made.

use std::collections::HashSet;

use partner::decisions::{
    Action, AddToDirectory, AllocateCampaigns, Change, DecisionKind, DefaultChoice, EDITS_SHOWN, EntryRef,
    NewXpoAccount, PaymentMode, Rename, Renamed, SetDefaults, XpoState,
};
use partner::facts::objects::CampaignFacts;
use partner::fold;
use partner::ids::{CampaignId, ChangeId, XpoAccountId};
use partner::named::Named;
use partner::queries::edits::EditQuery;
use partner::queries::history::{EDITS_SEARCHED, HistoryQuery, HistoryRow};
use partner::queries::paging::{Cursor, PAGE, Page};

use crate::campaigns::{campaigns, with_campaigns};
use crate::fixture::{Fixture, account, advertiser, allocate, audiences, modes, pair, undo, xpo};
use crate::random::Random;

/// A change as it was when it was made.
struct Entry {
    seq: i64,
    actor: String,
    /// Everything that parts of words are found in, folded.
    texts: Vec<String>,
    /// Those of its ids that parts of at least four characters are found in.
    shown_ids: Vec<String>,
    /// Folded.
    names: HashSet<String>,
    ids: HashSet<String>,
}

impl Entry {
    fn has_word(&self, word: &str) -> bool {
        let is_in = |texts: &[String]| texts.iter().any(|text| text.contains(word));
        is_in(&self.texts) || word.len() >= 4 && is_in(&self.shown_ids) || self.ids.contains(word)
    }
}

struct History {
    fixture: Fixture,
    entries: Vec<Entry>,
}

impl History {
    fn commit(&mut self, action: Action) -> ChangeId {
        let change = Change::now(["Ana", "Bö", "Çhi 3"][self.entries.len() % 3], action);
        let outcome = self.fixture.book.commit(&change).unwrap();
        assert!(outcome.entry.is_some(), "{outcome:?}");
        self.note();
        change.id
    }

    /// Notes what the last change was about.
    fn note(&mut self) {
        let EntryRef { seq, id, actor, action, summary, .. } =
            self.fixture.book.list(&HistoryQuery::default()).unwrap().page.rows.remove(0).entry;
        let forms = [("Undid: ", "undone"), ("Redid: ", "redone"), ("ade ", "make")];
        let forms =
            forms.into_iter().filter(|(said, _)| summary.contains(said)).map(|(_, form)| form.to_owned());
        let mut texts = vec![actor.clone(), summary.clone(), action.replace('_', " ")];
        texts.extend(forms);
        let mut shown_ids = vec![id.0.clone()];
        let (mut names, mut ids) = (HashSet::new(), HashSet::from([id.0]));
        for (n, edit) in self.fixture.edits_of(seq, "").into_iter().map(|edit| edit.edit).enumerate() {
            // Payment modes and defaults that come and go with an allocation are not searched for.
            let follows = matches!(edit.kind, DecisionKind::Payment | DecisionKind::DefaultAccount);
            if !follows || (edit.before.is_some() && edit.after.is_some()) {
                texts.push(edit.kind.label().to_owned());
            }
            texts.extend([edit.before, edit.after].into_iter().flatten());
            for Named { id, name, .. } in
                [edit.object, edit.ad_account, edit.holder, edit.xpo_account].into_iter().flatten()
            {
                texts.push(name.clone());
                names.insert(fold(&name));
                shown_ids.extend((n < EDITS_SHOWN).then(|| id.clone()));
                ids.insert(id);
            }
        }
        let texts = texts.iter().map(|text| fold(text)).collect();
        self.entries.push(Entry { seq, actor, texts, shown_ids, names, ids });
    }

    /// Compares the list, its total and its last page with the entries that `matches` selects.
    fn check(&self, query: &HistoryQuery, matches: impl Fn(&Entry) -> bool) {
        let book = &self.fixture.book;
        let expected = self.entries.iter().rev().filter(|entry| matches(entry)).map(|entry| entry.seq);
        let expected: Vec<i64> = expected.collect();
        let seqs = |page: Page<HistoryRow>| page.rows.iter().map(|row| row.entry.seq).collect::<Vec<_>>();
        let listing = book.list(query).unwrap();
        assert_eq!(
            (listing.total as usize, listing.of as usize),
            (expected.len(), self.entries.len()),
            "{query:?}"
        );
        let (first, last) = (expected.iter().take(PAGE), expected.len().saturating_sub(PAGE));
        assert_eq!(seqs(listing.page), first.copied().collect::<Vec<_>>(), "{query:?}");
        assert_eq!(seqs(book.page(query, &Cursor::End).unwrap()), expected[last..], "{query:?}");
        assert_eq!(book.ids(query).unwrap(), expected, "{query:?}");
    }
}

/// Makes 160 changes, some of more edits than are shown, and renames some of what they are about later.
fn history() -> History {
    let mut history = History { fixture: with_campaigns(), entries: Vec::new() };
    history.note();
    history.commit(allocate(&[pair(1, 1, 1), pair(2, 1, 2), pair(4, 1, 1), pair(4, 2, 1), pair(4, 3, 2)]));
    let ids: Vec<CampaignId> = campaigns().into_iter().map(|campaign| CampaignId(campaign.id)).collect();
    let allocate = |of: u32, ids: &[CampaignId]| {
        let (allocate, deallocate) = (ids.to_vec(), Vec::new());
        Action::AllocateCampaigns(AllocateCampaigns { advertiser: advertiser(of, 1), allocate, deallocate })
    };
    let all = history.commit(allocate(1, &ids));
    history.commit(undo(&all));
    for (n, part) in ids.chunks(5).enumerate() {
        let change = history.commit(allocate(1 + n as u32 % 2, part));
        if n % 4 == 0 {
            history.commit(undo(&change));
        }
        if n % 3 == 0 {
            let name = format!("Straße{}№ {n}\u{3000}İzmir 会社", if n % 2 == 0 { "  " } else { "-" });
            history.commit(Action::Rename(Rename { object: Renamed::XpoAccount(xpo(1)), name }));
            // A campaign is found by the name that it had.
            let renamed =
                CampaignFacts { id: ids[n].0.clone(), name: format!("Novel {n}"), ..Default::default() };
            history.fixture.book.record(&account(4), &[renamed]).unwrap();
        }
        if n % 20 == 0 {
            history.commit(audiences(2, advertiser(1, 2), &[1 + n as u32 / 20], &[]));
        }
    }
    for n in 0..60 {
        let mode = if n % 2 == 0 { PaymentMode::Knorex } else { PaymentMode::Client };
        history.commit(modes(&[(1, 1, mode)]));
    }
    assert!(history.entries.len() > PAGE);
    history
}

fn typed(search: &str) -> HistoryQuery {
    HistoryQuery { search: search.to_owned(), ..HistoryQuery::default() }
}

#[test]
fn the_history_is_found_by_any_part_of_a_word_and_the_filters_narrow_it() {
    let history = history();
    let mut random = Random::from_environment("HISTORY_SEED");
    for n in 0..50 {
        let entry = &history.entries[random.below(history.entries.len() as u64) as usize];
        // Up to three parts of one to a dozen characters. They are found in any order, and as typed in upper case.
        let parts: Vec<String> = (0..=random.below(3))
            .map(|_| {
                let texts: Vec<&String> = entry.texts.iter().chain(&entry.shown_ids).collect();
                let text: Vec<char> = texts[random.below(texts.len() as u64) as usize].chars().collect();
                let from = random.below(text.len() as u64 + 1) as usize;
                text[from..].iter().take(1 + random.below(12) as usize).collect()
            })
            .collect();
        let search = if n % 2 == 0 { parts.join(" ") } else { parts.join(" ").to_uppercase() };
        let folded = fold(&search);
        let words: Vec<&str> = folded.split_whitespace().collect();
        let has_words = |entry: &Entry| words.iter().all(|word| entry.has_word(word));
        history.check(&typed(&search), has_words);
        let query = HistoryQuery { actors: vec!["Ana".into()], ..typed(&search) };
        history.check(&query, |entry| has_words(entry) && entry.actor == "Ana");
    }
    for nothing in ["nobody", "9999999999", "0-0-0", "e-", "17799238000400000x"] {
        let folded = fold(nothing);
        history.check(&typed(nothing), |entry| entry.has_word(&folded));
    }
}

#[test]
fn a_change_is_found_by_the_kinds_of_its_decisions() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1)]);
    let found = |search: &str| {
        let rows = fixture.book.list(&typed(search)).unwrap().page.rows;
        rows.into_iter().map(|row| row.entry.summary).collect::<Vec<_>>()
    };
    assert_eq!(found("payment mode"), Vec::<String>::new());
    fixture.done(modes(&[(1, 1, PaymentMode::Knorex)]));
    assert_eq!(found("payment mode").len(), 1);
    assert_eq!(found("default account"), Vec::<String>::new());
    fixture.done(Action::SetDefaults(SetDefaults {
        defaults: vec![DefaultChoice { xpo_account: xpo(1), ad_account: account(2) }],
    }));
    assert_eq!(found("default account"), ["Made Account 2 the default of Client 1"]);
}

#[test]
fn a_change_is_found_by_other_forms_of_its_verb() {
    let fixture = Fixture::new();
    let commit = |action| {
        let change = Change::now("Ana", action);
        assert!(fixture.book.commit(&change).unwrap().entry.is_some());
        change.id
    };
    let allocated = commit(allocate(&[pair(1, 1, 1)]));
    let undone = commit(undo(&allocated));
    commit(undo(&undone));
    let found = |search: &str| {
        let rows = fixture.book.list(&typed(search)).unwrap().page.rows;
        rows.into_iter().map(|row| (row.entry.summary, row.found_by)).collect::<Vec<_>>()
    };
    let [redid, undid, done] = ["Redid: allocated", "Undid: allocated", "Allocated"];
    for (search, starts) in [
        ("redo", vec![redid]),
        ("redone allocate", vec![redid]),
        ("redid", vec![redid]),
        ("undone", vec![undid]),
        ("undid", vec![undid]),
        ("undo", vec![redid, undid]),
        ("allocated", vec![redid, undid, done]),
    ] {
        let found = found(search);
        assert_eq!(found.len(), starts.len(), "{search}: {found:?}");
        for ((summary, found_by), start) in found.iter().zip(starts) {
            assert!(summary.starts_with(start) && found_by.is_empty(), "{search}: {found:?}");
        }
    }
}

#[test]
fn every_id_is_found_as_a_whole_and_those_of_the_first_edits_by_any_part() {
    let history = history();
    for campaign in campaigns().iter().step_by(20) {
        history.check(&typed(&campaign.id), |entry| entry.has_word(&campaign.id));
        for length in [1, 3, 4, 15] {
            let part = &campaign.id[campaign.id.len() - length..];
            history.check(&typed(part), |entry| entry.has_word(part));
        }
    }
}

#[test]
fn a_pasted_list_finds_the_changes_about_exactly_its_names_and_ids() {
    let history = history();
    let mut random = Random::from_environment("PASTED_SEED");
    let names: Vec<&String> = history.entries.iter().flat_map(|entry| &entry.names).collect();
    let ids: Vec<&String> = history.entries.iter().flat_map(|entry| &entry.ids).collect();
    for _ in 0..20 {
        let mut terms = vec!["nobody".to_owned(), "Nobody".to_owned()];
        for _ in 0..random.below(40) {
            let from = if random.below(2) == 0 { &names } else { &ids };
            let term = from[random.below(from.len() as u64) as usize];
            // A part of a name is another name.
            terms.push(term.chars().skip(usize::from(random.below(3) == 0)).collect::<String>());
        }
        terms.retain(|term| !term.trim().is_empty());
        let folded: Vec<String> = terms.iter().map(|term| fold(term)).collect();
        let is_about = |entry: &Entry, term: &String| entry.names.contains(term) || entry.ids.contains(term);
        let query = typed(&terms.join("\n"));
        history.check(&query, |entry| folded.iter().any(|term| is_about(entry, term)));
        let missing = history.fixture.book.list(&query).unwrap().pasted.unwrap().missing;
        let expected = terms.iter().zip(&folded);
        let expected =
            expected.filter(|(_, term)| !history.entries.iter().any(|entry| is_about(entry, term)));
        assert_eq!(missing, expected.map(|(term, _)| term.clone()).collect::<Vec<_>>());
    }
}

#[test]
fn an_edit_is_counted_once_whether_its_page_is_the_first_or_not() {
    let history = history();
    for search in ["", "s", "sale", "summer sale", "1800000000000", "nobody"] {
        let query = EditQuery { entry: history.entries[2].seq, search: search.into(), kinds: vec![] };
        let all = history.fixture.edits_of(query.entry, search);
        let listing = history.fixture.book.list(&query).unwrap();
        assert_eq!((listing.total as usize, listing.of), (all.len(), 260), "{search}");
        assert_eq!(listing.page, history.fixture.book.page(&query, &Cursor::Start).unwrap(), "{search}");
        assert_eq!(listing.page.rows[..], all[..all.len().min(PAGE)], "{search}");
    }
}

#[test]
fn the_edits_that_match_are_shown_if_they_are_among_the_first_thousand() {
    let fixture = Fixture::new();
    let accounts = (0..EDITS_SEARCHED + 10).map(|n| NewXpoAccount {
        id: XpoAccountId(format!("00000000-0000-7000-8001-0000{n:08}")),
        name: format!("Client N{n:05}"),
        state: XpoState::Active,
    });
    let add = AddToDirectory { accounts: accounts.collect(), advertisers: Vec::new() };
    let outcome = fixture.book.commit(&Change::now("Ana", Action::AddToDirectory(add))).unwrap();
    assert!(outcome.entry.is_some(), "{:?}", outcome.blockers);

    let shown = |search: &str| {
        let row = fixture.book.list(&typed(search)).unwrap().page.rows.remove(0);
        let values = row.first.into_iter().map(|edit| edit.after.unwrap()).collect::<Vec<_>>();
        (row.found_by, values)
    };
    let clients =
        |numbers: &[u32]| numbers.iter().map(|n| format!("Client N{n:05} · Active")).collect::<Vec<_>>();
    let last = format!("N{:05}", EDITS_SEARCHED + 9);
    assert_eq!(shown("ana"), (String::new(), clients(&[0, 1, 2])));
    assert_eq!(shown("n00100"), ("n00100".to_owned(), clients(&[100])));
    assert_eq!(shown("Ana n0099"), ("n0099".to_owned(), clients(&[990, 991, 992])));
    assert_eq!(shown(&format!("client {last}")), (format!("client {last}"), clients(&[0, 1, 2])));
    // The edits that match are shown when the entry is opened.
    assert_eq!(shown(&last), (last.clone(), clients(&[0, 1, 2])));
    let seq = fixture.book.list(&typed(&last)).unwrap().page.rows[0].entry.seq;
    assert_eq!(fixture.edits_of(seq, &last).len(), 1);
}
