//! What a process and everything it started take of the computer's memory.

use std::collections::HashMap;
use std::fs;

/// Proportional set size in MiB of `root` and all its descendants: what two processes share counts half for each.
pub fn of_tree(root: u32) -> f64 {
    let children = children();
    let (mut total, mut open) = (0, vec![root]);
    while let Some(process) = open.pop() {
        total += pss(process);
        open.extend(children.get(&process).into_iter().flatten());
    }
    total as f64 / 1024.0
}

/// Every process that has children, with them.
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

/// `None` for a process that has ended meanwhile.
fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may hold anything; state and parent follow its last bracket.
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// KiB; 0 for a process that has ended meanwhile.
fn pss(process: u32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
