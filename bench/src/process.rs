//! What processes use, as Linux tells in `/proc`: <https://man7.org/linux/man-pages/man5/proc.5.html>

use std::fs;

/// Ticks of the processor in a second: `USER_HZ`, the same on every machine of today.
const TICKS: u64 = 100;

/// Milliseconds of the processor that a process and those that it has waited for have used; none where it is gone.
#[must_use]
pub fn cpu_milliseconds(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold blanks and brackets.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    // utime, stime, cutime and cstime are the 14th to the 17th of all, and two came before.
    let ticks: u64 = fields.get(11..15)?.iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Some(ticks * 1000 / TICKS)
}

/// Kilobytes of memory that a process has in use, and the most that it had; none where it is gone.
#[must_use]
pub fn memory_kilobytes(pid: u32) -> Option<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let figure = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    Some((figure("VmRSS:")?, figure("VmHWM:")?))
}

/// Milliseconds of the processor that a process and all that it started have used, those that are gone included.
#[must_use]
pub fn cpu_of_family(parent: u32) -> u64 {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let children = pids.filter(|pid| parent_of(*pid) == Some(parent));
    children.chain([parent]).filter_map(cpu_milliseconds).sum()
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
