// SPDX-License-Identifier: Apache-2.0

import MockServer

/// What every page shares: header, greeting, width, style sheet.
struct PageFrame {
    let siteName: String
    /// Context path that stands before every link.
    let base: String
    let visitor: Visitor?

    func page(_ title: String, lead: String = "", _ content: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title) - \(siteName)</title>
        <link rel="stylesheet" href="\(base)/s/portal.css">
        <link rel="icon" href="\(base)/s/mark.svg" type="image/svg+xml">
        </head>
        <body>
        <header class="bar"><div class="inner">
        <a class="brand" href="\(base)/servicedesk/customer/portals">\
        <img src="\(base)/s/mark.svg" alt="" width="28" height="28">\(siteName)</a>
        <nav><a href="\(base)/servicedesk/customer/user/requests">My requests</a>\(greeting)</nav>
        </div></header>
        <div class="hero"><div class="inner"><h1>\(title)</h1>\
        \(lead.isEmpty ? "" : "<p>\(lead)</p>" as HTML)</div></div>
        <main class="inner">
        \(content)
        </main>
        <footer class="inner">\(siteName). A mock customer portal for tests.</footer>
        </body>
        </html>
        """
    }

    private var greeting: HTML {
        guard let visitor else {
            return "<a class=\"who\" href=\"\(base)/servicedesk/customer/user/login\">Log in</a>"
        }
        if let name = visitor.displayName {
            return """
                <span class="who">Signed in as \(name) (\(visitor.user))</span>\
                <a href="\(base)/servicedesk/customer/user/logout">Log out</a>
                """
        }
        let address = visitor.email.isEmpty ? visitor.user : visitor.email
        let organization: HTML = visitor.organization.isEmpty ? "" : "<small>\(visitor.organization)</small>"
        return
            "<span class=\"who\">Signed in as \(address)\(organization)</span>"
    }
}
