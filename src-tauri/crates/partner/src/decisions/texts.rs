//! What people read of a change before it is saved: the sentences of blockers and warnings, and how much changes.

use crate::decisions::kinds::DecisionKind;
use crate::decisions::outcome::{Blocker, Outcome, Warning};
use crate::named::{Named, ObjectKind};
use crate::text::{fill, grouped, in_sentence, plain};

/// Own ids mean nothing to people.
fn quoted(named: Option<&Named>) -> String {
    let Some(Named { kind, id, name }) = named else { return "it".to_owned() };
    let name = match name.as_str() {
        "" if kind.is_of_tiktok() => id,
        "" => "(removed)",
        name => name,
    };
    format!("“{}”", in_sentence(name))
}

/// The label of a kind inside a sentence.
fn noun(kind: ObjectKind) -> String {
    let label = kind.label();
    if label.starts_with(['T', 'X']) { label.to_owned() } else { label.to_lowercase() }
}

/// Returns text such as "2 TikTok ad accounts", "1 campaign" or "2 goals and tags".
fn counted(count: u32, kind: ObjectKind) -> String {
    match (count, kind) {
        (1, _) => format!("1 {}", noun(kind)),
        (_, ObjectKind::Goal) => format!("{} goals and tags", grouped(count)),
        _ => format!("{} {}s", grouped(count), noun(kind)),
    }
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

impl Blocker {
    pub(super) fn sentence(&self) -> String {
        fill(self.reason.label(), |word| match word {
            "object" => quoted(Some(&self.object)),
            "holder" => quoted(self.holder.as_ref()),
            "account" => quoted(self.ad_account.as_ref().or(Some(&self.object))),
            "name" => plain(self.object.name.trim()),
            "kind" => self.object.kind.label().to_owned(),
            "noun" => noun(self.object.kind),
            "tiktok" => if self.object.kind.is_of_tiktok() { "yes" } else { "" }.to_owned(),
            "id" => plain(&self.object.id),
            "actor" => self.entry.as_ref().map(|entry| in_sentence(&entry.actor)).unwrap_or_default(),
            "no" => self.entry.as_ref().map(|entry| entry.seq.to_string()).unwrap_or_default(),
            _ => String::new(),
        })
    }
}

impl Warning {
    pub(super) fn sentence(&self) -> String {
        let yes = |yes: bool| if yes { "yes".to_owned() } else { String::new() };
        fill(self.kind.label(), |word| match word {
            "object" => quoted(Some(&self.object)),
            "holder" => quoted(self.holder.as_ref()),
            "name" => in_sentence(&self.object.name),
            "count" => grouped(self.count),
            "one" => yes(self.count == 1),
            "request" => yes(self.object.kind == ObjectKind::Request),
            "kinds" => {
                listed(&self.kinds.iter().map(|kind| counted(kind.count, kind.kind)).collect::<Vec<_>>())
            }
            _ => String::new(),
        })
    }
}

impl Outcome {
    /// Returns [`Outcome::difference`].
    pub(super) fn counts(&self) -> String {
        let moved = self.kinds.iter().map(|count| count.moved).sum();
        let exclusions = self.kinds.iter().find(|count| count.kind == DecisionKind::AudienceExclusion);
        let (excluded, included) = exclusions.map_or((0, 0), |count| (count.added, count.removed));
        let counts = [
            (moved, "moved"),
            (excluded, "excluded"),
            (included, "included"),
            (self.added - moved - excluded, "added"),
            (self.removed - moved - included, "removed"),
            (self.changed, "changed"),
        ];
        let parts = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{} {what}", grouped(*count)));
        let parts: Vec<String> = parts.collect();
        if parts.is_empty() { "No changes".to_owned() } else { parts.join(", ") }
    }
}
