//! `src/region.rs`: the regions of `client.yaml`. Pure.

use crate::doc::{Doc, code};
use crate::names::Scope;
use crate::plan::Plan;
use crate::print::{self, RenderedFile};
use crate::rust_type::ident;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// Renders it.
pub fn render(plan: &Plan<'_>) -> RenderedFile {
    let regions = &plan.input.client.regions;
    let variants = Scope::new(&[]).types(regions.iter().map(|region| region.name.as_str()));
    let variants: Vec<_> = variants.iter().map(|name| ident(name)).collect();
    let names: Vec<_> = regions.iter().map(|region| &region.name).collect();
    let domains = regions.iter().map(|region| &region.domain);
    let item = item(plan, &variants);
    let oauth = &plan.input.client.oauth;
    let (token_path, authorize_path) = (&oauth.token_path, &oauth.authorize_path);
    let tokens = quote! {
        //! Regions of the vendor's cloud.

        use crate::runtime::{RegionEntry, unknown_region};
        use crate::{Client, ClientBuilder, Error};
        use std::fmt;
        use std::str::FromStr;

        #item
        impl Region {
            /// Every region, the default first.
            pub const ALL: &[Self] = &[#(Self::#variants),*];

            /// The vendor's name.
            pub fn name(self) -> &'static str {
                match self {
                    #(Self::#variants => #names,)*
                }
            }
        }
        static REGIONS: &[RegionEntry] = &[
            #(RegionEntry { name: #names, domain: #domains },)*
        ];
        impl Client {
            /// Begins to build a client.
            pub fn builder() -> ClientBuilder {
                ClientBuilder::new(REGIONS).oauth_paths(#token_path, #authorize_path)
            }
        }
        impl fmt::Display for Region {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
        /// Parses the vendor's name, such as `eu_west_1` (or `eu-west-1`).
        impl FromStr for Region {
            type Err = Error;

            fn from_str(name: &str) -> Result<Self, Error> {
                let wanted = name.replace('-', "_");
                let mut all = Self::ALL.iter().copied();
                let found = all.find(|region| region.name() == wanted);
                found.ok_or_else(|| unknown_region(name, REGIONS))
            }
        }
        impl ClientBuilder {
            /// The region whose API is called.
            pub fn region(self, region: Region) -> Self {
                self.region_name(region.name())
            }
        }
    };
    print::rust("src/region.rs", "client.yaml", tokens)
}

/// The enum with a variant for each region.
fn item(plan: &Plan<'_>, variants: &[Ident]) -> TokenStream {
    let regions = &plan.input.client.regions;
    let docs = regions.iter().enumerate().map(|(index, region)| {
        let default = if index == 0 { ", the default" } else { "" };
        let text = format!(
            "{} at {}{default}.",
            code(&region.name),
            code(&region.domain)
        );
        Doc::new().line(text).clone()
    });
    let title = &plan.input.client.krate.title;
    let doc = Doc::new().markdown(&format!(
        "A region of {title}: its API stands at `api.`, its log-in at `login.` of the domain.\n\n\
         For any other host there is [`ClientBuilder::base_url`](crate::ClientBuilder::base_url)."
    )).clone();
    let derives = if regions.is_empty() {
        quote!(#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)])
    } else {
        quote!(#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)])
    };
    let items = variants.iter().enumerate().map(|(index, name)| {
        let default = (index == 0).then(|| quote!(#[default]));
        quote!(#default #name)
    });
    quote! {
        #doc
        #derives
        #[non_exhaustive]
        pub enum Region {
            #(#docs #items,)*
        }
    }
}
