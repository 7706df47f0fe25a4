-- What HAProxy does with a session token that its own rules have found good: tells JSM who it is, looks at the portal that
-- the path names, and takes our cookies off. Nothing in here is yours to change.

-- The most octets of the list of groups; a longer one is cut at a whole group.
local most_groups = 4096

-- Values are visible ASCII without `,` `%` `;` `"`; everything else is percent-encoded.
local function escaped(value)
    return (value:gsub('[^!-~]', function(octet) return ("%%%02X"):format(octet:byte()) end)
        :gsub('[,;"]', function(octet) return ("%%%02X"):format(octet:byte()) end))
end

local function visible(value) return escaped((value:gsub("%%", "%%25"))) end

-- A claim of the token, nil where it is absent.
local function claim(txn, token, path) return txn.c:jwt_payload_query(token, path) end

-- A list of strings.
local function claims(txn, token, name)
    local list = {}
    while true do
        local value = claim(txn, token, "$." .. name .. "[" .. #list .. "]")
        if not value then return list end
        list[#list + 1] = value
    end
end

local function groups(txn, token)
    local line = ""
    for _, group in ipairs(claims(txn, token, "groups")) do
        local longer = line == "" and visible(group) or line .. "," .. visible(group)
        if #longer > most_groups then break end
        line = longer
    end
    return line
end

-- Whether every portal that the path names is in the token. What a body, a request type or an issue key names is not seen.
local function is_allowed(path, portals)
    local allowed = {}
    for _, portal in ipairs(portals) do
        if portal == "*" then return true end
        allowed[tonumber(portal) or portal] = true
    end
    -- JSM may read a number that is written in another way: what is none here is refused.
    for portal in path:lower():gmatch("/portals?/([^/?]+)") do
        if portal ~= "project" and not (portal:find("^[1-9]%d*$") and allowed[tonumber(portal)]) then return false end
    end
    return true
end

-- JSM has no use for our cookies, and whoever can read its logs, its plugins or its memory must find no session in them.
-- What might still be taken for one of ours after the cut was made by hand: then JSM gets no cookie at all.
local function without_ours(lines)
    local all, position = {}, 0
    while lines and lines[position] do
        all[#all + 1] = lines[position]
        position = position + 1
    end
    local kept = {}
    for pair in table.concat(all, "; "):gmatch("[^;]+") do
        pair = pair:match("^%s*(.-)%s*$")
        local name = pair:match("^[^=]*"):match("^(.-)%s*$"):gsub("^__Host%-", "")
        if pair ~= "" and name ~= "vestibule" and name:sub(1, 10) ~= "vestibule-" then kept[#kept + 1] = pair end
    end
    local rest = table.concat(kept, "; ")
    if rest == "" then return nil end
    for name in rest:gmatch("([%w_%-]+)%s*=") do
        name = name:gsub("^__Host%-", "")
        if name == "vestibule" or name:sub(1, 10) == "vestibule-" then return nil end
    end
    return rest
end

local function forbid(txn)
    local reply = txn:reply({ status = 403 })
    reply:add_header("Content-Type", "application/json")
    reply:add_header("Cache-Control", "no-store")
    reply:set_body('{"error":"not_allowed","message":"This portal is not open to you."}\n')
    txn:done(reply)
end

core.register_action("vestibule_identity", { "http-req" }, function(txn)
    local token = txn:get_var("txn.token")
    local user, organization = claim(txn, token, "$.sub"), claim(txn, token, "$.org")
    if not user or not organization then return end
    if not is_allowed(txn.f:path(), claims(txn, token, "portals")) then return forbid(txn) end
    local http = txn.http
    http:req_set_header("x-vestibule-user", visible(user))
    http:req_set_header("x-vestibule-email", visible(claim(txn, token, "$.email") or ""))
    http:req_set_header("x-vestibule-groups", groups(txn, token))
    http:req_set_header("x-vestibule-organization", visible(organization))
    local cookies = without_ours(http:req_get_headers()["cookie"])
    http:req_del_header("cookie")
    if cookies then http:req_set_header("cookie", cookies) end
    txn:set_var("txn.vestibule_pass", "yes")
end)
