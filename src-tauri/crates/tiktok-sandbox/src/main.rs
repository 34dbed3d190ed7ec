//! The sandbox as a program: prints its addresses and credentials, and serves until it is terminated.

use std::io::Write;
use std::process::ExitCode;

use lexopt::prelude::*;
use tiktok_sandbox::{Chaos, Options, Sandbox, Sizes};

const HELP: &str = "A simulator of TikTok API for Business for demos and tests. Listens on 127.0.0.1 only.

Usage: tiktok-sandbox [OPTIONS]

  --port N            port; 0 picks a free one [0]
  --seed N            the same seed gives the same data [1]
  --users N           users who can sign in [3]
  --accounts N        ad accounts [40]
  --campaigns N       campaigns in each account [about 60, accounts differ]
  --ad-groups N       ad groups in each account [about 110]
  --ads N             ads in each account [about 240]
  --audiences N       audiences in each account [about 18]; setting any of these four makes all accounts alike
  --tier NAME         rate-limit tier: basic, advanced, premium, ultimate or none [basic]
  --qps N             calls per second, app and endpoint, instead of the tier's; 0 disables limits [10]
  --chaos PERCENT     percentage of API calls that fail at random [0]
  --delay-ms N        maximum random delay of API responses in milliseconds [0]
  --redirect-url URL  a registered redirect URL; may be given up to ten times
                      [http://localhost:3456/callback https://example.com/xpo/callback]
  --hostile-names     give some users, accounts and objects names that break careless software
  --state FILE        save grants, tokens and account changes to this file
  --help
";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tiktok-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let Some(options) = options(lexopt::Parser::from_env())? else {
        print!("{HELP}");
        return Ok(());
    };
    let sandbox = Sandbox::start(options).await?;
    print_summary(&sandbox, &mut std::io::stdout().lock())?;
    std::future::pending().await
}

/// Returns `None` if help was requested.
fn options(mut arguments: lexopt::Parser) -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options::default();
    let mut redirect_urls = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => options.port = arguments.value()?.parse()?,
            Long("seed") => options.seed = arguments.value()?.parse()?,
            Long("users") => options.users = arguments.value()?.parse()?,
            Long("accounts") => options.accounts = arguments.value()?.parse()?,
            Long("campaigns") => exact_sizes(&mut options.sizes).campaigns = arguments.value()?.parse()?,
            Long("ad-groups") => exact_sizes(&mut options.sizes).ad_groups = arguments.value()?.parse()?,
            Long("ads") => exact_sizes(&mut options.sizes).ads = arguments.value()?.parse()?,
            Long("audiences") => exact_sizes(&mut options.sizes).audiences = arguments.value()?.parse()?,
            Long("qps") => options.qps = Some(arguments.value()?.parse()?),
            Long("chaos") => chaos(&mut options).percent = arguments.value()?.parse()?,
            Long("delay-ms") => chaos(&mut options).delay_ms = arguments.value()?.parse()?,
            Long("tier") => options.tier = arguments.value()?.parse()?,
            Long("redirect-url") => redirect_urls.push(arguments.value()?.string()?),
            Long("hostile-names") => options.hostile_names = true,
            Long("state") => options.state = Some(arguments.value()?.into()),
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    if !redirect_urls.is_empty() {
        options.redirect_urls = redirect_urls;
    }
    Ok(Some(options))
}

/// Sizes given on the command line apply to every account.
fn exact_sizes(sizes: &mut Sizes) -> &mut Sizes {
    sizes.varied = false;
    sizes
}

/// Returns the chaos options, which at first cause no failures.
fn chaos(options: &mut Options) -> &mut Chaos {
    options.chaos.get_or_insert(Chaos { percent: 0, ..Chaos::default() })
}

fn print_summary(sandbox: &Sandbox, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "listening on {}", sandbox.address())?;
    writeln!(out, "app id          {}", sandbox.app_id())?;
    writeln!(out, "secret          {}", sandbox.secret())?;
    writeln!(out, "API address     {}", sandbox.api_address())?;
    writeln!(out, "sign-in address {}", sandbox.sign_in_address())?;
    for url in sandbox.redirect_urls() {
        writeln!(out, "redirect URL    {url}")?;
    }
    for user in sandbox.users() {
        writeln!(
            out,
            "user            {} {:?} {} ({} ad accounts)",
            user.id, user.name, user.email, user.accounts
        )?;
    }
    out.flush()
}
