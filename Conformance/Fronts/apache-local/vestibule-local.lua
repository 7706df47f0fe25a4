-- What Apache does with a session token that mod_auth_openidc has found good: looks at what that does not look at, tells JSM
-- who it is, and takes our cookies off. Nothing in here is yours to change but the algorithm.

-- `token.algorithm` of vestibule.yaml: never the token's word.
local algorithm = "ES256"
-- The most octets of the list of groups; a longer one is cut at a whole group.
local most_groups = 4096

-- A JSON reader for what the broker has signed. What it does not understand is no session.
local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }
local read

local function space(text, at) return text:find("[^ \t\r\n]", at) or #text + 1 end

local function read_string(text, at)
    local parts = {}
    while true do
        local stop = assert(text:find('["\\]', at), "an open string")
        parts[#parts + 1] = text:sub(at, stop - 1)
        if text:sub(stop, stop) == '"' then return table.concat(parts), stop + 1 end
        local kind = text:sub(stop + 1, stop + 1)
        if kind == "u" then
            local unit = assert(tonumber(text:sub(stop + 2, stop + 5), 16), "a bad escape")
            at = stop + 6
            if unit >= 0xD800 and unit < 0xDC00 then
                local low = assert(tonumber(text:match("^\\u(%x%x%x%x)", at), 16), "half a pair")
                unit, at = 0x10000 + (unit - 0xD800) * 0x400 + (low - 0xDC00), at + 6
            end
            parts[#parts + 1] = utf8.char(unit)
        else
            parts[#parts + 1], at = assert(escapes[kind], "a bad escape"), stop + 2
        end
    end
end

local function read_members(text, at, close, member)
    at = space(text, at)
    if text:sub(at, at) == close then return at + 1 end
    while true do
        at = space(text, member(space(text, at)))
        local mark = text:sub(at, at)
        if mark == close then return at + 1 end
        assert(mark == ",", "no comma")
        at = at + 1
    end
end

function read(text, at)
    local first = text:sub(at, at)
    if first == '"' then return read_string(text, at + 1) end
    if first == "{" then
        local object = {}
        return object, read_members(text, at + 1, "}", function(at)
            assert(text:sub(at, at) == '"', "no name")
            local name, colon = read_string(text, at + 1)
            colon = space(text, colon)
            assert(text:sub(colon, colon) == ":" and object[name] == nil, "no colon, or a name twice")
            object[name], at = read(text, space(text, colon + 1))
            return at
        end)
    end
    if first == "[" then
        local list = {}
        return list, read_members(text, at + 1, "]", function(at)
            list[#list + 1], at = read(text, at)
            return at
        end)
    end
    for word, value in pairs({ ["true"] = true, ["false"] = false }) do
        if text:sub(at, at + #word - 1) == word then return value, at + #word end
    end
    local number = assert(text:match("^%-?%d+%.?%d*[eE]?[+-]?%d*", at), "no value")
    return assert(tonumber(number), "no number"), at + #number
end

local function part(r, text)
    local padded = text:gsub("-", "+"):gsub("_", "/") .. ("="):rep(-#text % 4)
    return (read(r:base64_decode(padded), 1))
end

-- The claims of the token that mod_auth_openidc has verified, looked at once more where it looks at less than we do.
local function session(r)
    local header, payload = (r.subprocess_env["OIDC_access_token"] or ""):match("^([%w_-]+)%.([%w_-]+)%.[%w_-]+$")
    if not header then return nil end
    local reads, head, claims = pcall(function() return part(r, header), part(r, payload) end)
    if not reads or type(claims) ~= "table" then return nil end
    local is_ours = head["alg"] == algorithm and claims["token_use"] == "session" and claims["ver"] == 1
        and type(claims["exp"]) == "number" and claims["exp"] > os.time()
        and type(claims["iss"]) == "string" and type(claims["aud"]) == "string"
        and type(claims["sub"]) == "string" and type(claims["org"]) == "string"
    return is_ours and claims or nil
end

-- Values are visible ASCII without `,` `%` `;` `"`; everything else is percent-encoded.
local function visible(value)
    return (value:gsub('[^!#$&-+%-.-:<-~]', function(octet) return ("%%%02X"):format(octet:byte()) end))
end

local function groups(claims)
    local line = ""
    for _, group in ipairs(claims["groups"] or {}) do
        local longer = line == "" and visible(group) or line .. "," .. visible(group)
        if #longer > most_groups then break end
        line = longer
    end
    return line
end

-- Whether every portal that the path names is in the token. What a body, a request type or an issue key names is not seen.
local function is_allowed(path, claims)
    local allowed = {}
    for _, portal in ipairs(claims["portals"] or {}) do
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
local function without_ours(cookies)
    local kept = {}
    for pair in cookies:gmatch("[^;]+") do
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

local function is_sign_in(path) return path:sub(1, 11) == "/vestibule/" end

function vestibule_session(r)
    -- The path that asked for no token is the path that is sent on.
    if is_sign_in(r.uri) then return is_sign_in(r.unparsed_uri) and apache2.OK or 400 end
    local claims = session(r)
    if not claims then return 401 end
    if not is_allowed(r.uri, claims) then return 403 end
    r.headers_in["X-Vestibule-User"] = visible(claims["sub"])
    r.headers_in["X-Vestibule-Email"] = visible(claims["email"] or "")
    r.headers_in["X-Vestibule-Groups"] = groups(claims)
    r.headers_in["X-Vestibule-Organization"] = visible(claims["org"])
    r.headers_in["Cookie"] = without_ours(r.headers_in["Cookie"] or "")
    return apache2.DECLINED
end
