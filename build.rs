//! Has the crate compiled again when the explorer's files come, go or change: cargo does not see them by itself.

fn main() {
    println!("cargo::rerun-if-changed=explorer/dist");
}
