//! The words of a name, and the features that names are compared by.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use crate::fold;

/// A word of a name: letters, between separators, digits and changes of case.
#[derive(Debug, Clone)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    /// The word as it is compared. The correction of a typing error changes it.
    pub folded: String,
    /// What stands between it and the next letter or digit.
    pub separator: &'a str,
}

impl Word<'_> {
    /// Returns the word for people: as it is written, unless it was corrected.
    pub fn shown(&self) -> &str {
        if fold(self.text) == self.folded { self.text } else { &self.folded }
    }
}

/// Words of a name that count. No name that people write has as many.
const MAX_WORDS: usize = 64;

/// Letters of a word that counts. The time to look for typing errors grows with their square.
const MAX_LETTERS: usize = 40;

/// Returns the words of a name in their order. Numbers and single letters say nothing about whose it is.
pub(super) fn words(name: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut previous: Option<char> = None;
    for (at, c) in name.char_indices().chain([(name.len(), ' ')]) {
        let continues = previous.is_some_and(|previous| {
            c.is_alphanumeric()
                && c.is_numeric() == previous.is_numeric()
                && !(previous.is_lowercase() && c.is_uppercase())
        });
        if let Some(from) = start.filter(|_| !continues) {
            let (text, rest) = (&name[from..at], &name[at..]);
            let separator = rest.find(char::is_alphanumeric).map_or(rest, |end| &rest[..end]);
            words.extend(word(text, separator));
            if words.len() == MAX_WORDS {
                break;
            }
            start = None;
        }
        if start.is_none() && c.is_alphanumeric() {
            start = Some(at);
        }
        previous = c.is_alphanumeric().then_some(c);
    }
    words
}

fn word<'a>(text: &'a str, separator: &'a str) -> Option<Word<'a>> {
    let is_number = text.chars().all(char::is_numeric);
    let is_long = text.chars().nth(MAX_LETTERS).is_some();
    let folded = fold(text);
    (!is_number && !is_long && folded.len() > 1).then_some(Word { text, folded, separator })
}

/// What two names can have in common. The numbers are indexes of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Feature {
    /// The first word of the name.
    Start,
    Word(usize),
    /// Two words in a row.
    Pair(usize),
}

/// A feature as it is stored: a hash.
pub(super) type FeatureKey = u64;

/// A map by features, which are not hashed again.
pub(super) type FeatureMap<T> = HashMap<FeatureKey, T, BuildHasherDefault<HashedAlready>>;

#[derive(Debug, Default)]
pub(super) struct HashedAlready(u64);

impl Hasher for HashedAlready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Returns every feature of a name once.
pub(super) fn features(words: &[Word<'_>]) -> Vec<(FeatureKey, Feature)> {
    let each = (0..words.len()).map(Feature::Word);
    let pairs = (0..words.len().saturating_sub(1)).map(Feature::Pair);
    let start = words.first().map(|_| Feature::Start);
    let mut features: Vec<(FeatureKey, Feature)> =
        start.into_iter().chain(pairs).chain(each).map(|feature| (key(words, feature), feature)).collect();
    // A name has few features, so comparing each with the others is the fastest way.
    let mut at = 0;
    while at < features.len() {
        if features[..at].iter().any(|(key, _)| *key == features[at].0) {
            features.remove(at);
        } else {
            at += 1;
        }
    }
    features
}

fn key(words: &[Word<'_>], feature: Feature) -> FeatureKey {
    // The hasher has fixed keys, so a partner's suggestions are the same on every computer.
    let mut hasher = DefaultHasher::new();
    match feature {
        Feature::Start => (0, &words[0].folded).hash(&mut hasher),
        Feature::Word(at) => (1, &words[at].folded).hash(&mut hasher),
        Feature::Pair(at) => (2, &words[at].folded, &words[at + 1].folded).hash(&mut hasher),
    }
    hasher.finish()
}

/// Returns the word without each of its letters in turn: two words with a result in common differ by one letter that is
/// missing, added, replaced or moved.
pub(super) fn without_a_letter(word: &str) -> impl Iterator<Item = String> {
    word.char_indices().map(|(at, c)| [&word[..at], &word[at + c.len_utf8()..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_at_separators_digits_and_changes_of_case() {
        let split = |name| words(name).into_iter().map(|word| word.folded).collect::<Vec<_>>().join(" ");
        for (name, expected) in [
            ("ORB_Traffic_SG_2026Q1", "orb traffic sg"),
            ("Café Olé | Ramadan | 7", "cafe ole ramadan"),
            ("KopiCorner-retargeting-v2", "kopi corner retargeting"),
            ("[Méo Vàng] 11.11", "meo vang"),
            ("夏セール 2026", "夏セール"),
            ("  _-_ 42 x", ""),
            (&*format!("{} {}", "a".repeat(40), "b".repeat(41)), &*"a".repeat(40)),
        ] {
            assert_eq!(split(name), expected, "{name}");
        }
        assert_eq!(words("ORB_Sale")[0].separator, "_");
        assert_eq!(words(&"ab ".repeat(300_000)).len(), MAX_WORDS);
    }
}
