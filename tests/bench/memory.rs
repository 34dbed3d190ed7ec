//! The memory of a process and its descendants.

use std::collections::HashMap;
use std::fs;

/// Returns the proportional set size of `root` and all its descendants in MiB: memory that two processes share counts half
/// for each.
pub fn of_tree(root: u32) -> f64 {
    let children = children();
    let (mut total, mut pending) = (0, vec![root]);
    while let Some(process) = pending.pop() {
        total += pss(process);
        pending.extend(children.get(&process).into_iter().flatten());
    }
    total as f64 / 1024.0
}

/// Returns the children of every process that has any.
fn children() -> HashMap<u32, Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let processes =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    for process in processes {
        if let Some(parent) = parent(process) {
            children.entry(parent).or_default().push(process);
        }
    }
    children
}

/// Returns `None` for a process that has ended.
fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may contain anything. State and parent follow the last parenthesis.
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Returns the proportional set size in KiB, or 0 for a process that has ended.
fn pss(process: u32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
