//! `src/permissions.rs`: the runtime's module of that name, applied to the compiled operations. Pure.

use crate::doc::Doc;
use crate::plan::Plan;
use crate::print::{self, RenderedFile};
use quote::quote;

/// Renders it.
pub fn render(plan: &Plan<'_>) -> RenderedFile {
    let krate = &plan.krate;
    let example = plan.pages.iter().flat_map(|page| {
        let operations = page.operations.iter();
        operations.map(move |planned| (page.feature.as_str(), planned.operation.id.as_str()))
    });
    let example = example.take(1).map(|(feature, id)| {
        let id = format!("{id:?}");
        format!(
            "\n\n```\n# #[cfg(feature = {feature:?})] {{\n\
             let needed = {krate}::permissions::needed([{id}])?;\n\
             println!(\"{{needed}}\");\n\
             # }}\n\
             # Ok::<(), {krate}::permissions::UnknownOperation>(())\n```"
        )
    });
    let mut doc = Doc::new();
    doc.markdown(&format!(
        "The permissions that a least-privileged role needs, for one operation or several.{}",
        example.collect::<String>()
    ));
    let doc = doc.inner();
    let tokens = quote! {
        #doc

        use crate::operations::TABLES;
        pub use crate::runtime::permissions::{LeastPrivilege, UnknownOperation};
        use crate::runtime::permissions::find;
        use crate::runtime::Operation;

        /// The operation of that documented id.
        pub fn operation(id: &str) -> Option<&'static Operation> {
            find(TABLES, id)
        }

        /// Every compiled operation: page by page, then those that are on
        /// several pages.
        pub fn operations() -> impl Iterator<Item = &'static Operation> {
            TABLES.iter().copied().flatten()
        }

        /// The permissions that a role needs to call the operations of these ids.
        ///
        /// # Errors
        /// An id is unknown, or the feature of its page is off.
        pub fn needed<'a>(
            ids: impl IntoIterator<Item = &'a str>,
        ) -> Result<LeastPrivilege, UnknownOperation> {
            let found = ids.into_iter().map(|id| operation(id).ok_or_else(|| UnknownOperation(id.to_owned())));
            Ok(LeastPrivilege::of(found.collect::<Result<Vec<_>, _>>()?))
        }
    };
    print::rust("src/permissions.rs", "templates/src/permissions.rs", tokens)
}
