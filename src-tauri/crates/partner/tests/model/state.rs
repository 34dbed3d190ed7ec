//! The decisions of the model, in the form of [`partner::Book::decisions`].

use std::collections::{BTreeMap, BTreeSet};

/// Kind, object, TikTok ad account, holder.
pub type Key = (&'static str, String, String, String);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Xpo { name: String, state: &'static str, archived: bool },
    Advertiser { name: String, xpo: String, archived: bool },
    Goal { kind: &'static str, name: String },
}

/// The words of decisions that never change.
const WORDS: [&str; 14] = [
    "xpo_account",
    "advertiser",
    "goal",
    "payment",
    "default_account",
    "account_allocation",
    "campaign_allocation",
    "audience_allocation",
    "audience_exclusion",
    "active",
    "suspended",
    "inactive",
    "conversion_goal",
    "remarketing_tag",
];

fn word(text: &str) -> &'static str {
    WORDS.into_iter().find(|word| *word == text).unwrap()
}

impl Value {
    fn parse(kind: &str, text: &str) -> Value {
        if !["xpo_account", "advertiser", "goal"].contains(&kind) {
            return Value::Text(text.into());
        }
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let field = |name: &str| value[name].as_str().unwrap();
        let (name, archived) = (field("name").to_owned(), value["archived"] == true);
        match kind {
            "xpo_account" => Value::Xpo { name, state: word(field("state")), archived },
            "advertiser" => Value::Advertiser { name, xpo: field("xpoAccount").into(), archived },
            _ => Value::Goal { kind: word(field("kind")), name },
        }
    }

    pub fn text(&self) -> String {
        let json = |text: &str| serde_json::to_string(text).unwrap();
        match self {
            Value::Text(word) => word.clone(),
            Value::Xpo { name, state, archived } => {
                format!(r#"{{"name":{},"state":"{state}","archived":{archived}}}"#, json(name))
            }
            Value::Advertiser { name, xpo, archived } => {
                format!(r#"{{"name":{},"xpoAccount":"{xpo}","archived":{archived}}}"#, json(name))
            }
            Value::Goal { kind, name } => format!(r#"{{"kind":"{kind}","name":{}}}"#, json(name)),
        }
    }

    pub fn as_text(&self) -> &str {
        match self {
            Value::Text(word) => word,
            other => panic!("{other:?} is not a text"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State(pub BTreeMap<Key, Value>);

pub fn key(kind: &'static str, object: &str, account: &str, holder: &str) -> Key {
    (kind, object.into(), account.into(), holder.into())
}

impl State {
    pub fn has(&self, kind: &'static str, object: &str, account: &str, holder: &str) -> bool {
        self.0.contains_key(&key(kind, object, account, holder))
    }

    pub fn put(&mut self, kind: &'static str, object: &str, account: &str, holder: &str, word: &str) {
        self.0.insert(key(kind, object, account, holder), Value::Text(word.into()));
    }

    pub fn remove(&mut self, kind: &'static str, object: &str, account: &str, holder: &str) {
        self.0.remove(&key(kind, object, account, holder));
    }

    pub fn of(&self, kind: &'static str) -> impl Iterator<Item = (&Key, &Value)> {
        self.0.iter().filter(move |(key, _)| key.0 == kind)
    }

    pub fn xpo_of(&self, advertiser: &str) -> Option<&str> {
        match self.0.get(&key("advertiser", advertiser, "", "")) {
            Some(Value::Advertiser { xpo, .. }) => Some(xpo),
            _ => None,
        }
    }

    pub fn archived(&self, kind: &'static str, id: &str) -> Option<bool> {
        match self.0.get(&key(kind, id, "", ""))? {
            Value::Xpo { archived, .. } | Value::Advertiser { archived, .. } => Some(*archived),
            _ => None,
        }
    }

    /// Returns the allocation of a campaign, and whether it is initialized.
    pub fn campaign(&self, id: &str) -> Option<(&Key, bool)> {
        self.of("campaign_allocation")
            .find(|(key, _)| key.1 == id)
            .map(|(key, value)| (key, value.as_text() == "initialized"))
    }

    pub fn default_of(&self, xpo: &str) -> Option<&str> {
        self.0.get(&key("default_account", "", "", xpo)).map(Value::as_text)
    }

    /// Returns the TikTok ad accounts of an XPO account.
    pub fn links(&self, xpo: &str) -> BTreeSet<String> {
        self.of("payment").filter(|(key, _)| key.3 == xpo).map(|(key, _)| key.2.clone()).collect()
    }

    /// Returns whether a campaign, goal or tag blocks the deallocation of the pair.
    pub fn has_dependents(&self, account: &str, advertiser: &str) -> bool {
        self.0.keys().any(|key| {
            (key.0 == "campaign_allocation" || key.0 == "goal") && key.2 == account && key.3 == advertiser
        })
    }

    /// Returns whether names are unique within their kind and parent.
    pub fn names_are_unique(&self) -> bool {
        let mut seen = BTreeSet::new();
        self.0.iter().all(|(key, value)| match value {
            Value::Text(_) => true,
            Value::Xpo { name, .. } => seen.insert(("", String::new(), name.to_lowercase())),
            Value::Advertiser { name, xpo, .. } => seen.insert(("a", xpo.clone(), name.to_lowercase())),
            Value::Goal { kind, name } => seen.insert((kind, key.3.clone(), name.to_lowercase())),
        })
    }

    /// Reads what [`State::text`] returns.
    pub fn parse(text: &str) -> State {
        let line = |line: &str| {
            let [kind, object, account, holder, value]: [String; 5] = serde_json::from_str(line).unwrap();
            (key(word(&kind), &object, &account, &holder), Value::parse(&kind, &value))
        };
        State(text.lines().map(line).collect())
    }

    pub fn text(&self) -> String {
        let line = |(key, value): (&Key, &Value)| {
            serde_json::to_string(&(key.0, &key.1, &key.2, &key.3, value.text())).unwrap() + "\n"
        };
        self.0.iter().map(line).collect()
    }
}
