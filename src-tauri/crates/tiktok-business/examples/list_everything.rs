//! Prints what this client finds in an ad account, a line for each object: `list_everything API TOKEN ACCOUNT`. The
//! official SDK's tests hold it against what the SDK finds.

use std::error::Error;

use tiktok_business::{AccessToken, AdvertiserId, Client, Limits, Listing, Options, Quota, Row};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("list_everything API TOKEN ACCOUNT");
    let (api, token, account) = (next()?, AccessToken::new(next()?), next()?);
    let limits = Limits::new(Quota::UNLIMITED);
    let client = Client::new(Options { limits, ..Options::new(api.parse()?, "list-everything") })?;
    let account: AdvertiserId = account.parse()?;
    print(client.campaigns(&token, &account)).await?;
    print(client.ad_groups(&token, &account)).await?;
    print(client.ads(&token, &account)).await?;
    print(client.audiences(&token, &account)).await
}

async fn print<T: Row>(mut listing: Listing<T>) -> Result<(), Box<dyn Error>> {
    while let Some(page) = listing.next().await {
        for row in page?.rows {
            println!("{} {}", T::ID, row.key());
        }
    }
    if listing.end().is_complete() { Ok(()) } else { Err("the listing had gaps".into()) }
}
