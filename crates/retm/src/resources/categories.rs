//! Categories of products.

use futures::future::BoxFuture;
use retm_types::{Category, Listing, Problems, Product};

use super::{get, list, member_of, no_products, paged};
use crate::business::Business;
use crate::error::{Captured, Error};
use crate::list::{Decodes, List};
use crate::request::{Request, check_id};
use crate::transport::{built, decode, decode_strict, with_elements};

/// Categories of products.
#[derive(Clone, Debug)]
pub struct Categories(pub(super) Business);

impl Categories {
    /// Lists the categories (`list_categories`; exists: documented, the rest assumed).
    pub fn list(&self) -> List<Category> {
        list!(&self.0, list_categories)
    }

    /// Returns one category with the first page of its products (`get_category`, documented).
    /// [`products`](Self::products) pages through all of them.
    pub fn get(&self, id: impl ToString) -> Request<String, Category> {
        get!(&self.0, get_category, id)
    }

    /// Returns one category, or `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for a category that does not exist.
    pub fn get_opt(
        &self,
        id: impl ToString,
    ) -> BoxFuture<'static, Result<Option<Category>, Error>> {
        Box::pin(self.get(id).optional())
    }

    /// Lists the products of one category (`get_category`, documented), page by page like any list.
    pub fn products(&self, id: impl ToString) -> List<Product, String> {
        List::new(
            &self.0,
            "get_category",
            id.to_string(),
            |client, id, paging| {
                check_id(&id)?;
                built(paged!(client.get_category().id(id), paging).request())
            },
            Decodes {
                plain: listed,
                strict: |captured, problems| {
                    products(decode_strict(captured, problems)?)
                        .ok_or_else(|| no_products(captured))
                },
                raw: Some(|captured, problems| {
                    let text = member_of(captured, "products");
                    Ok(with_elements(listed(captured, problems)?, text.as_bytes()))
                }),
            },
        )
    }
}

fn listed(captured: &Captured, problems: &mut Problems) -> Result<Listing<Product>, Error> {
    products(decode(captured, problems)?).ok_or_else(|| no_products(captured))
}

/// Its products; `None` if the answer shows neither products nor a category.
fn products(category: Category) -> Option<Listing<Product>> {
    let empty = category.id.map(|_| Listing::default());
    category.products.or(empty)
}
