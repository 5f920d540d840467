//! Tells cargo what the binary embeds besides its sources: the built pages and the migrations.

fn main() {
    for folder in
        ["display/dist", "mobile-bridge/h5/dist", "mobile-bridge/app/dist", "console/dist", "migrations"]
    {
        println!("cargo::rerun-if-changed={folder}");
    }
}
