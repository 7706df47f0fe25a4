// SPDX-License-Identifier: Apache-2.0

import MockServer

/// The sign-in page: a field, a button, and the users there are.
struct SignInPage {
    let visit: OPVisit
    let request: AuthorizationRequest
    let handle: String

    func html(typed: String? = nil, problem: String? = nil) -> HTML {
        Page.html(
            visit.brand, title: "Sign in",
            """
            <p class="lead">to continue to <strong>\(request.clientID)</strong></p>
            \(problem.map { "<p class=\"problem\" role=\"alert\">\($0)</p>" as HTML } ?? "")
            <form method="post" action="/op/\(visit.tenant.definition.name)/login">
            <input type="hidden" name="request" value="\(handle)">
            <label for="user">E-mail or user name</label>
            <input id="user" name="user" value="\(typed ?? request.loginHint ?? "")" autocomplete="username" autofocus>
            <label for="password">Password</label>
            <input id="password" name="password" type="password" placeholder="Any password will do" \
            autocomplete="off">
            \(faults)
            <div class="buttons"><button>Sign in</button>\
            <button class="quiet" name="cancel" value="1">Cancel</button></div>
            \(people)
            </form>
            """)
    }

    private var people: HTML {
        PeopleList.html(
            visit.tenant.definition.users.map { (userName: $0.userName, name: $0.name, email: $0.email) })
    }

    private var faults: HTML {
        guard visit.tenant.definition.offersFaults else { return "" }
        let vendors = visit.profile == nil ? [] : VendorFault.allCases.map { (name: $0.rawValue, rule: "vendor") }
        return FaultChoice.html(vendors + OPFault.allCases.map { (name: $0.rawValue, rule: $0.rule) })
    }
}
