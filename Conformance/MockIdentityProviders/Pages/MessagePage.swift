// SPDX-License-Identifier: Apache-2.0

import MockServer

/// A sentence, when there is nothing to do but read it.
struct MessagePage {
    let brand: Brand
    let title: String
    let text: String

    func html() -> HTML { Page.html(brand, title: title, "<p class=\"lead\">\(text)</p>") }
}
