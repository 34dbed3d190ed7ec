//! What people read of the rows of an allocation file.

use crate::tables::allocations::table::{AllocationResult, AllocationRow};
use crate::text::{fill, plain};
use crate::text_enum::text_enum;

text_enum! {
    /// A part of what a row does. The label is a template.
    RowEffect {
        Added = "added", "will be allocated"
        Removed = "removed", "will be deallocated: missing from the file"
        Moved = "moved", "will be moved from $from"
        Mode = "mode", "payment mode becomes $mode"
        Default = "default", "becomes the default"
        Initialized = "initialized", "will be initialized permanently"
        Stays = "stays", "stays allocated to $others"
        Unchanged = "unchanged", "as it is"
        Unreadable = "unreadable", "not imported: $problem"
        ByName = "by_name", "The ID was rounded: found by its name"
    }
}

impl AllocationRow {
    /// Returns [`AllocationRow::effect`].
    pub(super) fn sentence(&self) -> String {
        let value = |word: &str| match word {
            "from" => self.moved_from.as_deref().map(plain).unwrap_or_default(),
            "others" => self.stays_with.as_deref().map(plain).unwrap_or_default(),
            "mode" => self.mode.map(|mode| mode.label().to_owned()).unwrap_or_default(),
            "line" => self.other_line.map(|line| line.to_string()).unwrap_or_default(),
            _ => String::new(),
        };
        let problem = self.problem.map(|problem| fill(problem.label(), value)).unwrap_or_default();
        let parts = [
            (self.result == AllocationResult::Added, RowEffect::Added),
            (self.result == AllocationResult::Removed, RowEffect::Removed),
            (self.moved_from.is_some(), RowEffect::Moved),
            (self.mode.is_some(), RowEffect::Mode),
            (self.default, RowEffect::Default),
            (self.initialize, RowEffect::Initialized),
            (self.stays_with.is_some(), RowEffect::Stays),
            (self.result == AllocationResult::Unchanged, RowEffect::Unchanged),
            (self.result == AllocationResult::Unreadable, RowEffect::Unreadable),
        ];
        let parts = parts.iter().filter(|(applies, _)| *applies).map(|(_, part)| {
            fill(part.label(), |word| if word == "problem" { problem.clone() } else { value(word) })
        });
        let text = parts.collect::<Vec<_>>().join(", ");
        let mut rest = text.chars();
        let first = rest.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
        let by_name = if self.by_name { format!(". {}", RowEffect::ByName.label()) } else { String::new() };
        format!("{first}{}{by_name}", rest.as_str())
    }
}
