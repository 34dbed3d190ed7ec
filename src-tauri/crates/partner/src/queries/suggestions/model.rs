//! What a book's names say about which advertiser an object belongs to: how often names with a feature went to an
//! advertiser, and the names of clients and advertisers themselves.
//!
//! The most telling feature of a name decides, so that every suggestion has one reason that people can check.

use std::collections::HashMap;

use super::words::{Feature, FeatureMap, Word, features, without_a_letter, words};
use crate::ids::AdvertiserId;

/// Features of fewer names are chance.
const MIN_NAMES: u32 = 3;
/// How many advertisers are counted for a feature. One that more of them share tells nothing, unless most names with it went
/// to one of them.
const MAX_HOLDERS: usize = 8;
/// Shorter words are codes, where another letter makes another code.
const MIN_LETTERS_TO_CORRECT: usize = 5;
/// A score from which a suggestion is made. Three of three names have 0.75.
pub(super) const ENOUGH: f64 = 0.7;
/// A score from which a review preselects the suggestion. Nine of nine names have 0.9.
pub(super) const SURE: f64 = 0.9;
/// Two advertisers with closer scores are equally likely.
const MARGIN: f64 = 0.1;

/// What was allocated under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    AdAccounts,
    Campaigns,
    Audiences,
}

pub(super) const SOURCES: [Source; 3] = [Source::Campaigns, Source::AdAccounts, Source::Audiences];

/// The index of an advertiser.
pub(super) type Holder = u32;

#[derive(Debug, Default)]
struct Counts {
    names: u32,
    /// How many of the names went to an advertiser.
    holders: Vec<(Holder, u32)>,
}

/// What a word says if it is part of a client's or advertiser's name.
#[derive(Debug, Clone, Copy)]
struct Term {
    holder: Holder,
    /// Its share of the advertiser's name.
    own: f64,
    /// Its share of the client's name.
    client: f64,
}

#[derive(Debug, Clone)]
pub(super) struct AdvertiserName {
    pub id: AdvertiserId,
    pub name: String,
    pub client: String,
}

/// Why an advertiser is suggested.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Evidence {
    /// `count` of `of` names with the feature went to the advertiser.
    Allocated { source: Source, feature: Feature, count: u32, of: u32 },
    /// The name contains the advertiser's name, or the word at `only` of it, which no other advertiser has.
    Named { only: Option<usize>, corrected: bool },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Guess {
    pub holder: Holder,
    pub score: f64,
    pub evidence: Evidence,
}

#[derive(Debug, Default)]
pub(super) struct Model {
    pub advertisers: Vec<AdvertiserName>,
    index: HashMap<AdvertiserId, Holder>,
    /// By [`Source`].
    counts: [FeatureMap<Counts>; 3],
    /// How many names went to each advertiser, by [`Source`].
    totals: [Vec<u32>; 3],
    terms: HashMap<String, Vec<Term>>,
    /// Words of names by what is left of them without a letter.
    near: HashMap<String, Vec<String>>,
}

impl Model {
    pub fn new(advertisers: Vec<AdvertiserName>) -> Model {
        let index = (0..).zip(&advertisers).map(|(at, advertiser)| (advertiser.id.clone(), at)).collect();
        let totals = [0; 3].map(|_| vec![0; advertisers.len()]);
        let mut model = Model { index, totals, ..Model::default() };
        model.read_names(&advertisers);
        model.advertisers = advertisers;
        model
    }

    pub fn holder(&self, advertiser: &AdvertiserId) -> Option<Holder> {
        self.index.get(advertiser).copied()
    }

    pub fn name(&self, holder: Holder) -> &str {
        &self.advertisers[holder as usize].name
    }

    fn read_names(&mut self, advertisers: &[AdvertiserName]) {
        let split = |name: &str| -> Vec<String> {
            let mut words: Vec<String> = words(name).into_iter().map(|word| word.folded).collect();
            words.sort();
            words.dedup();
            words
        };
        let names: Vec<(Vec<String>, Vec<String>)> =
            advertisers.iter().map(|one| (split(&one.name), split(&one.client))).collect();
        let mut frequency: HashMap<&str, f64> = HashMap::new();
        for (own, client) in &names {
            for word in own.iter().chain(client.iter().filter(|word| !own.contains(word))) {
                *frequency.entry(word).or_default() += 1.0;
            }
        }
        let weight =
            |word: &str| (1.0 + advertisers.len() as f64 / frequency.get(word).copied().unwrap_or(1.0)).ln();
        let mut terms: HashMap<String, Vec<Term>> = HashMap::new();
        for ((holder, advertiser), (own, client)) in (0..).zip(advertisers).zip(&names) {
            let sum = |words: &[String]| words.iter().map(|word| weight(word)).sum::<f64>();
            let (own_sum, client_sum) = (sum(own), sum(client));
            let mut add = |word: String, own: f64, client: f64| {
                terms.entry(word).or_default().push(Term { holder, own, client });
            };
            for word in own {
                let client = if client.contains(word) { weight(word) / client_sum } else { 0.0 };
                add(word.clone(), weight(word) / own_sum, client);
            }
            for word in client.iter().filter(|word| !own.contains(word)) {
                add(word.clone(), 0.0, weight(word) / client_sum);
            }
            let joined: Vec<String> = words(&advertiser.name).into_iter().map(|word| word.folded).collect();
            if joined.len() > 1 {
                add(joined.concat(), 1.0, 0.0);
            }
        }
        for word in terms.keys().filter(|word| word.chars().count() >= MIN_LETTERS_TO_CORRECT) {
            for part in without_a_letter(word).chain([word.clone()]) {
                self.near.entry(part).or_default().push(word.clone());
            }
        }
        for words in self.near.values_mut() {
            words.sort();
            words.dedup();
        }
        self.terms = terms;
    }

    /// Counts a name that is allocated to these advertisers.
    pub fn learn(&mut self, source: Source, name: &str, holders: &[Holder]) {
        let counts = &mut self.counts[source as usize];
        for (key, _) in features(&words(name)) {
            counts.entry(key).or_default().add(holders);
        }
        for &holder in holders {
            self.totals[source as usize][holder as usize] += 1;
        }
    }

    /// Drops what tells nothing.
    pub fn finish(&mut self) {
        for counts in &mut self.counts {
            counts.retain(|_, count| count.names >= MIN_NAMES);
            counts.shrink_to_fit();
        }
    }

    /// Returns the most likely advertisers of a name, and the words that the reasons are about. Several are returned only if
    /// `several` can have it and have it together; none if there are others that are as likely.
    pub fn guess<'a>(&self, name: &'a str, several: bool) -> (Vec<Guess>, Vec<Word<'a>>) {
        let (words, corrected) = self.corrected(words(name));
        let mut guesses = self.by_allocations(&words);
        let named = self.by_names(&words, &corrected);
        for (guess, its_words) in named.iter().filter(|(guess, _)| guess.score >= SURE) {
            // The name says more than the words that it shares with others.
            guesses.retain(|other| {
                other.holder == guess.holder
                    || !self.are_siblings(other.holder, guess.holder)
                        && !other.evidence.is_only_about(*its_words)
            });
        }
        named.into_iter().for_each(|(guess, _)| keep_best(&mut guesses, guess));
        guesses.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.holder.cmp(&other.holder))
        });
        let Some(first) = guesses.first().filter(|first| first.score >= ENOUGH).cloned() else {
            return (Vec::new(), words);
        };
        guesses.retain(|guess| guess.score > first.score - MARGIN);
        let together = guesses.iter().all(|guess| shares_reason(guess, &first));
        if guesses.len() > 1 && !(several && together) {
            guesses.clear();
        }
        guesses.retain(|guess| guess.score >= ENOUGH);
        (guesses, words)
    }

    /// Replaces unknown words that differ by a letter from a word of a client's or advertiser's name.
    fn corrected<'a>(&self, mut words: Vec<Word<'a>>) -> (Vec<Word<'a>>, Vec<bool>) {
        let known = features(&words);
        let mut corrected = vec![false; words.len()];
        for (at, word) in words.iter_mut().enumerate() {
            let is_known = self.terms.contains_key(&word.folded)
                || known.iter().any(|(key, feature)| {
                    *feature == Feature::Word(at) && self.counts.iter().any(|counts| counts.contains_key(key))
                });
            if is_known || word.folded.chars().count() < MIN_LETTERS_TO_CORRECT {
                continue;
            }
            let parts = without_a_letter(&word.folded).chain([word.folded.clone()]);
            let mut similar: Vec<&String> = parts.filter_map(|part| self.near.get(&part)).flatten().collect();
            similar.sort();
            similar.dedup();
            if let [only] = similar[..] {
                word.folded.clone_from(only);
                corrected[at] = true;
            }
        }
        (words, corrected)
    }

    fn by_allocations(&self, words: &[Word<'_>]) -> Vec<Guess> {
        let mut guesses = Vec::new();
        for (key, feature) in features(words) {
            for source in SOURCES {
                let Some(counts) = self.counts[source as usize].get(&key) else { continue };
                for &(holder, count) in &counts.holders {
                    let total = self.totals[source as usize][holder as usize];
                    let score = score_of(count, counts.names, total);
                    let evidence = Evidence::Allocated { source, feature, count, of: counts.names };
                    keep_best(&mut guesses, Guess { holder, score, evidence });
                }
            }
        }
        guesses
    }

    fn are_siblings(&self, one: Holder, other: Holder) -> bool {
        self.advertisers[one as usize].client == self.advertisers[other as usize].client
    }

    /// Returns the advertisers that a name contains, each with its words as bits.
    fn by_names(&self, words: &[Word<'_>], corrected: &[bool]) -> Vec<(Guess, u64)> {
        #[derive(Default)]
        struct Match {
            own: f64,
            client: f64,
            words: u64,
            letters: usize,
            /// One of the words is not used for others.
            is_telling: bool,
            corrected: bool,
        }
        let mut matches: HashMap<Holder, Match> = HashMap::new();
        for (at, word) in words.iter().enumerate().take(64) {
            let is_repeated = words[..at].iter().any(|earlier| earlier.folded == word.folded);
            let terms = self.terms.get(&word.folded).filter(|_| !is_repeated);
            let Some(terms) = terms else { continue };
            let is_telling = !self.went_elsewhere(words, at, terms);
            for term in terms {
                let found = matches.entry(term.holder).or_default();
                found.own += term.own;
                found.client += term.client;
                if term.own > 0.0 {
                    found.is_telling |= is_telling;
                    found.corrected |= corrected[at];
                    found.words |= 1 << at;
                    found.letters += word.folded.chars().count();
                }
            }
        }
        let is_whole = |one: &Match| one.own > 0.99;
        let mut guesses = Vec::new();
        for (&holder, one) in matches.iter().filter(|(_, one)| one.words != 0) {
            // "Orbit Shoes" is not about "Orbit", and "Orbit" alone is not about one of "Orbit Shoes" and "Orbit Travel".
            let is_covered = matches.iter().any(|(other, by)| {
                *other != holder
                    && by.words & one.words == one.words
                    && if is_whole(one) { is_whole(by) && by.words != one.words } else { true }
            });
            if is_covered || !one.is_telling {
                continue;
            }
            let confirmed = one.words.count_ones() > 1 || one.client > 0.5;
            let score = match one.letters {
                _ if is_whole(one) && confirmed => 0.92,
                5.. if is_whole(one) => 0.85,
                4 if is_whole(one) => 0.72,
                4.. if one.own >= 0.5 => 0.55 + 0.3 * one.own,
                _ => continue,
            };
            let score = if one.corrected { 0.98 * score } else { score };
            let only = (!is_whole(one)).then_some(one.words.trailing_zeros() as usize);
            let evidence = Evidence::Named { only, corrected: one.corrected };
            guesses.push((Guess { holder, score, evidence }, one.words));
        }
        guesses
    }

    /// Whether names with this word mostly went to advertisers that are not called so: it means something else in this book.
    fn went_elsewhere(&self, words: &[Word<'_>], at: usize, terms: &[Term]) -> bool {
        let key = features(&words[at..=at]).into_iter().find(|(_, feature)| *feature == Feature::Word(0));
        key.is_some_and(|(key, _)| {
            self.counts.iter().filter_map(|counts| counts.get(&key)).any(|counts| {
                let called_so =
                    counts.holders.iter().filter(|(one, _)| terms.iter().any(|term| term.holder == *one));
                counts.names >= 5 && called_so.map(|(_, count)| count).sum::<u32>() * 2 < counts.names
            })
        })
    }
}

impl Evidence {
    /// Whether it is a feature of these words, which are given as bits.
    fn is_only_about(self, words: u64) -> bool {
        let has = |at: usize| at < 64 && words & (1 << at) != 0;
        match self {
            Evidence::Named { .. } => false,
            Evidence::Allocated { feature, .. } => match feature {
                Feature::Start => has(0),
                Feature::Word(at) => has(at),
                Feature::Pair(at) => has(at) && has(at + 1),
            },
        }
    }
}

impl Counts {
    fn add(&mut self, holders: &[Holder]) {
        self.names += 1;
        for &holder in holders {
            if let Some((_, count)) = self.holders.iter_mut().find(|(one, _)| *one == holder) {
                *count += 1;
            } else if self.holders.len() < MAX_HOLDERS {
                self.holders.push((holder, 1));
            } else {
                // Forgets those that have few of many names.
                self.holders.retain(|(_, count)| count * 8 > self.names);
            }
        }
    }
}

/// Rates that `count` of `names` names went to an advertiser that has `total` of them. A word that few of the advertiser's
/// names have describes the campaign rather than the advertiser.
fn score_of(count: u32, names: u32, total: u32) -> f64 {
    let (count, names, total) = (f64::from(count), f64::from(names), f64::from(total.max(1)));
    count / (names + 1.0) * (0.8 + 0.2 * (2.0 * count / total).min(1.0))
}

fn keep_best(guesses: &mut Vec<Guess>, guess: Guess) {
    match guesses.iter_mut().find(|one| one.holder == guess.holder) {
        Some(one) if one.score >= guess.score => {}
        Some(one) => *one = guess,
        None => guesses.push(guess),
    }
}

/// Whether two advertisers are suggested because they have the same things.
fn shares_reason(one: &Guess, other: &Guess) -> bool {
    match (one.evidence, other.evidence) {
        (
            Evidence::Allocated { source, feature, .. },
            Evidence::Allocated { source: other, feature: other_feature, .. },
        ) => source == other && feature == other_feature,
        _ => one.holder == other.holder,
    }
}
