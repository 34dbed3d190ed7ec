//! Ids in cells. A spreadsheet keeps 15 digits of a number, so an id that it took for one is rounded.

use crate::tables::cells::is_rounded;
use crate::tables::sheets::Cell;

/// Digits that a spreadsheet keeps.
pub(crate) const KEPT: usize = 15;

#[derive(Debug, PartialEq)]
pub(crate) enum StatedId {
    Missing,
    Exact(String),
    Rounded(Rounded),
    Invalid,
}

/// A number that stands for any id near it.
#[derive(Debug, PartialEq)]
pub(crate) struct Rounded {
    value: f64,
    tolerance: f64,
    /// All digits of a text that ends in zeros: it may be an id as well.
    pub digits: Option<String>,
}

impl Rounded {
    /// Returns whether the number may be this id.
    pub fn fits(&self, id: &str) -> bool {
        id.parse::<f64>().is_ok_and(|id| (id - self.value).abs() <= self.tolerance)
    }
}

impl StatedId {
    /// Returns whether the id may be this one; nothing stated may be any.
    pub fn may_be(&self, id: &str) -> bool {
        match self {
            StatedId::Missing => true,
            StatedId::Exact(stated) => stated == id,
            StatedId::Rounded(rounded) => rounded.fits(id),
            StatedId::Invalid => false,
        }
    }

    pub fn of(cell: &Cell) -> StatedId {
        match cell {
            Cell::Empty => StatedId::Missing,
            Cell::Text(text) => StatedId::of_text(text),
            Cell::Number(number) if *number < 0.0 || number.fract() != 0.0 => StatedId::Invalid,
            Cell::Number(number) if *number < 1e15 => StatedId::Exact(number.to_string()),
            Cell::Number(number) => {
                let length = format!("{number:.0}").len();
                StatedId::Rounded(Rounded { value: *number, tolerance: power(length - KEPT), digits: None })
            }
            _ => StatedId::Invalid,
        }
    }

    fn of_text(text: &str) -> StatedId {
        // Both keep a spreadsheet from taking an id for a number: '7002… and ="7002…".
        let quoted = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
        let id = quoted.or_else(|| text.strip_prefix('\'')).unwrap_or(text).trim();
        if is_rounded(id) {
            let significant = id.chars().take_while(|c| !matches!(c, 'e' | 'E')).filter(char::is_ascii_digit);
            let (significant, exponent) = (significant.count(), id.rsplit(['e', 'E', '+']).next());
            let (Ok(value), Some(Ok(exponent))) =
                (id.replace(',', ".").parse::<f64>(), exponent.map(str::parse::<usize>))
            else {
                return StatedId::Invalid;
            };
            let tolerance = power((exponent + 1).saturating_sub(significant));
            return StatedId::Rounded(Rounded { value, tolerance, digits: None });
        }
        if id.is_empty() || id.len() > 32 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return StatedId::Invalid;
        }
        match (id.parse(), id.len().checked_sub(KEPT)) {
            (Ok(value), Some(lost @ 1..)) if id[KEPT..].bytes().all(|byte| byte == b'0') => {
                let digits = Some(id.to_owned());
                StatedId::Rounded(Rounded { value, tolerance: power(lost), digits })
            }
            _ => StatedId::Exact(id.to_owned()),
        }
    }
}

fn power(exponent: usize) -> f64 {
    10_f64.powi(i32::try_from(exponent).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> StatedId {
        StatedId::of(&Cell::Text(text.into()))
    }

    #[test]
    fn an_id_is_exact_unless_a_spreadsheet_may_have_rounded_it() {
        for exact in ["7002238017842700001", "'7002238017842700001", "=\"7002238017842700001\"", "1234567890"]
        {
            assert!(matches!(of(exact), StatedId::Exact(_)), "{exact}");
        }
        assert_eq!(StatedId::of(&Cell::Number(123_456_789_012.0)), StatedId::Exact("123456789012".into()));
        for invalid in ["12-3", "-7002238017842700001", "Acme", "7.002.238", "1E+99999999999999999999"] {
            assert_eq!(of(invalid), StatedId::Invalid, "{invalid}");
        }
        for cell in [Cell::Date, Cell::Number(1.5), Cell::Number(-1.0), Cell::Truth(true), Cell::Error] {
            assert_eq!(StatedId::of(&cell), StatedId::Invalid);
        }
        assert_eq!(StatedId::of(&Cell::Empty), StatedId::Missing);
    }

    #[test]
    fn a_rounded_id_fits_the_ids_near_it_and_no_others() {
        let cells = [
            Cell::Text("7.002E+18".into()),
            Cell::Text("7,00223801784E+18".into()),
            Cell::Text("7002238017842700000".into()),
            Cell::Number(7_002_238_017_842_700_001.0),
        ];
        for cell in cells {
            let StatedId::Rounded(rounded) = StatedId::of(&cell) else { panic!("{cell:?}") };
            assert!(rounded.fits("7002238017842700001"), "{cell:?}");
            assert!(!rounded.fits("7012238017842700001") && !rounded.fits("700223801784270001"), "{cell:?}");
        }
        let StatedId::Rounded(sixteen) = StatedId::of(&Cell::Number(1_234_567_890_123_450.0)) else {
            panic!()
        };
        assert!(sixteen.fits("1234567890123456") && !sixteen.fits("1234567890123467"));
    }
}
