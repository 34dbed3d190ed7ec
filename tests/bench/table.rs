//! Prints the results of a bench as a table and saves them in `target/bench.json`. Every bench includes this file.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// A measurement next to its floor: the minimal work for the same result, measured in the same run.
#[derive(Debug, Clone)]
pub struct Measure {
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
    pub floor: f64,
    /// The target: at most this many times the floor.
    pub aim: f64,
    /// An additional limit, in `unit`.
    pub limit: Option<f64>,
}

impl Measure {
    fn ratio(&self) -> f64 {
        self.value / self.floor
    }

    fn exceeds_limit(&self) -> bool {
        self.limit.is_some_and(|limit| self.value > limit)
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name, "value": rounded(self.value), "unit": self.unit, "floor": rounded(self.floor),
            "ratio": rounded(self.ratio()), "aim": rounded(self.aim), "limit": self.limit.map(rounded),
        })
    }
}

/// Rounds to three significant digits.
fn rounded(value: f64) -> f64 {
    if value == 0.0 {
        return value;
    }
    let scale = 10_f64.powf(2.0 - value.abs().log10().floor());
    (value * scale).round() / scale
}

pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    percentile(values, 0.5)
}

/// Returns the smallest value that at least the fraction `part` of all values does not exceed.
pub fn percentile(values: impl IntoIterator<Item = f64>, part: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * part).ceil() as usize]
}

/// Prints the table, and replaces rows with the same names in `target/bench.json` of the project at `root`. Returns the names
/// of the measurements that exceed their limits.
#[must_use]
pub fn report(root: &Path, floor: &str, measures: &[Measure]) -> Vec<String> {
    println!("{:58} {:>13} {floor:>16} {:>6} {:>5} {:>9}", "", "XPO Admin", "ratio", "aim", "limit");
    for measure in measures {
        let Measure { name, value, unit, floor, aim, limit } = measure;
        let limit = limit.map(|limit| format!("{} {unit}", rounded(limit))).unwrap_or_default();
        println!(
            "{name:58} {:>9} {unit:3} {:>12} {unit:3} {:>6.2} {:>5} {limit:>9}{}",
            rounded(*value),
            rounded(*floor),
            measure.ratio(),
            rounded(*aim),
            match () {
                () if measure.exceeds_limit() => "  exceeds the limit",
                () if measure.ratio() > *aim => "  misses the aim",
                () => "",
            },
        );
    }
    let file = root.join("target/bench.json");
    let saved = fs::read(&file).ok().and_then(|text| serde_json::from_slice::<Vec<Value>>(&text).ok());
    let mut rows: Vec<Value> = saved.unwrap_or_default();
    rows.retain(|row| !measures.iter().any(|measure| row["name"] == measure.name));
    rows.extend(measures.iter().map(Measure::json));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, format!("{:#}\n", json!(rows))).unwrap();
    measures.iter().filter(|measure| measure.exceeds_limit()).map(|measure| measure.name.clone()).collect()
}
