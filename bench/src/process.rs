//! Reads the resource usage of processes from `/proc`: <https://man7.org/linux/man-pages/man5/proc.5.html>

use std::fs;

/// Clock ticks per second: `USER_HZ`, which is 100 on all current machines.
const TICKS: u64 = 100;

/// Returns the CPU milliseconds of a process and of the children that it has waited for. `None` if it has ended.
#[must_use]
pub fn cpu_milliseconds(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may contain spaces and parentheses.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    // utime, stime, cutime and cstime are fields 14 to 17; the first two were split off.
    let ticks: u64 = fields.get(11..15)?.iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Some(ticks * 1000 / TICKS)
}

/// Returns the current and the peak resident memory of a process in kilobytes. `None` if it has ended.
#[must_use]
pub fn memory_kilobytes(pid: u32) -> Option<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let value = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    Some((value("VmRSS:")?, value("VmHWM:")?))
}

/// Returns the CPU milliseconds of a process and its children, including those that have ended.
#[must_use]
pub fn cpu_milliseconds_with_children(parent: u32) -> u64 {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let children = pids.filter(|pid| parent_of(*pid) == Some(parent));
    children.chain([parent]).filter_map(cpu_milliseconds).sum()
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
