# Just enough of nixpkgs' `lib` to evaluate module.nix without nixpkgs: the functions it uses, and a module system with
# priorities, conditions, submodules and type checks. tests/nix/run can take the real one instead (NIXPKGS_LIB).
let
  inherit (builtins)
    all
    any
    attrNames
    concatLists
    concatMap
    concatStringsSep
    elemAt
    filter
    foldl'
    genList
    hasAttr
    head
    isAttrs
    isBool
    isFloat
    isFunction
    isInt
    isList
    isPath
    isString
    length
    listToAttrs
    map
    mapAttrs
    replaceStrings
    stringLength
    substring
    tail
    ;

  ## Lists, strings, attribute sets

  optional = condition: value: if condition then [ value ] else [ ];
  optionalString = condition: value: if condition then value else "";
  optionalAttrs = condition: value: if condition then value else { };
  range = first: end: genList (n: first + n) (end - first + 1);
  unique = foldl' (seen: value: if builtins.elem value seen then seen else seen ++ [ value ]) [ ];

  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasSuffix =
    suffix: text:
    let
      start = stringLength text - stringLength suffix;
    in
    start >= 0 && substring start (-1) text == suffix;
  removePrefix = prefix: text: if hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
  removeSuffix =
    suffix: text:
    if hasSuffix suffix text then substring 0 (stringLength text - stringLength suffix) text else text;
  hasInfix = infix: text: replaceStrings [ infix ] [ "" ] text != text;
  toHexString =
    number:
    let
      digit = n: substring n 1 "0123456789ABCDEF";
    in
    if number < 16 then digit number else toHexString (number / 16) + digit (number - (number / 16) * 16);
  toIntBase10 =
    text:
    let
      digits = builtins.match "0*([0-9]+)" text;
    in
    if digits == null then throw "${text} is no number" else builtins.fromJSON (head digits);

  nameValuePair = name: value: { inherit name value; };
  filterAttrs = keep: set: listToAttrs (map (n: nameValuePair n set.${n}) (filter (n: keep n set.${n}) (attrNames set)));
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  setAttrByPath = path: value: if path == [ ] then value else { ${head path} = setAttrByPath (tail path) value; };
  getAttrFromPath = path: set: if path == [ ] then set else getAttrFromPath (tail path) set.${head path};

  ## Properties of definitions

  isType = type: value: isAttrs value && value ? _type && value._type == type;
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  ordinary = 100;

  # Moves properties of a set to its attributes, without looking at the conditions.
  push =
    value:
    if isType "if" value then
      map (mapAttrs (_: mkIf value.condition)) (push value.content)
    else if isType "merge" value then
      concatMap push value.contents
    else if isType "override" value then
      map (mapAttrs (_: mkOverride value.priority)) (push value.content)
    else
      [ value ];

  # The definitions that hold, each with its priority.
  discharge =
    priority: value:
    if isType "if" value then
      if value.condition then discharge priority value.content else [ ]
    else if isType "merge" value then
      concatMap (discharge priority) value.contents
    else if isType "override" value then
      discharge value.priority value.content
    else
      [ { inherit priority value; } ];

  strongest =
    definitions:
    let
      best = foldl' (least: d: if d.priority < least then d.priority else least) 9999 definitions;
    in
    map (d: d.value) (filter (d: d.priority == best) definitions);

  ## Options

  showOption = concatStringsSep ".";
  mkOption = attributes: attributes // { _type = "option"; };
  mkEnableOption =
    what:
    mkOption {
      type = types.bool;
      default = false;
      description = "Whether to enable ${what}.";
    };

  # What definitions of one option come to. `null` when there are none, so that attrsOf can leave it out.
  merged =
    loc: type: definitions:
    let
      values = strongest (concatMap (discharge ordinary) definitions);
      checked = map (
        value:
        if type.check value then
          value
        else
          throw "A definition for option `${showOption loc}' is not of type `${type.description}'."
      ) values;
    in
    if values == [ ] then null else { value = type.merge loc checked; };

  evaluated =
    loc: option: definitions:
    let
      type = option.type or types.unspecified;
      found = merged loc type definitions;
      fallback =
        if option ? default then
          merged loc type [ option.default ]
        else
          throw "The option `${showOption loc}' was accessed but has no value defined. Try setting the option.";
      value = (if found != null then found else fallback).value;
    in
    option
    // {
      isDefined = found != null;
      files = [ "<unknown-file>" ];
      value = if option ? apply then option.apply value else value;
    };

  ## Modules

  evalModules =
    {
      modules,
      specialArgs ? { },
      prefix ? [ ],
    }:
    let
      arguments = specialArgs // {
        inherit config options lib;
      };
      load =
        module:
        let
          raw = if isPath module then import module else module;
          body = if isFunction raw then raw arguments else raw;
          structured = body ? config || body ? options;
        in
        concatMap load (body.imports or [ ])
        ++ [
          {
            options = body.options or { };
            config = if structured then body.config or { } else removeAttrs body [ "imports" ];
          }
        ];
      loaded = concatMap load modules;

      # Declarations and definitions side by side, down to the options.
      walk =
        loc: declarations: definitions:
        let
          sets = concatMap push definitions;
          names = unique (concatMap attrNames declarations);
          unknown = filter (name: !(builtins.elem name names)) (unique (concatMap attrNames sets));
          at = name: concatMap (set: optional (hasAttr name set) set.${name});
          node =
            name:
            let
              declared = at name declarations;
              defined = at name sets;
              path = loc ++ [ name ];
            in
            if any (isType "option") declared then
              if length declared == 1 then
                evaluated path (head declared) defined
              else
                throw "The option `${showOption path}' is declared twice."
            else
              walk path declared defined;
        in
        if unknown != [ ] then
          throw "The option `${showOption (loc ++ [ (head unknown) ])}' does not exist."
        else
          listToAttrs (map (name: nameValuePair name (node name)) names);

      options = walk prefix (map (m: m.options) loaded) (map (m: m.config) loaded);
      values = mapAttrs (_: node: if isType "option" node then node.value else values node);
      config = values options;
    in
    {
      inherit config options;
    };

  mkRemovedOptionModule =
    path: instructions:
    { options, ... }:
    let
      option = getAttrFromPath path options;
    in
    {
      options = setAttrByPath path (mkOption {
        visible = false;
        apply = _: throw "The option `${showOption path}' can no longer be used since it's been removed. ${instructions}";
      });
      config.assertions = [
        {
          assertion = !option.isDefined;
          message = ''
            The option definition `${showOption path}' in `${concatStringsSep "' and `" option.files}' no longer has any effect; please remove it.
            ${instructions}
          '';
        }
      ];
    };

  ## Types

  mkType =
    description: check:
    {
      merge ? same,
    }:
    {
      inherit description check merge;
    };
  same =
    loc: values:
    if all (value: value == head values) values then
      head values
    else
      throw "The option `${showOption loc}' has conflicting definition values.";

  types = rec {
    unspecified = mkType "unspecified value" (_: true) { };
    anything = unspecified;
    bool = mkType "boolean" isBool { };
    int = mkType "signed integer" isInt { };
    float = mkType "floating point number" isFloat { };
    str = mkType "string" isString { };
    lines = mkType "strings concatenated with \"\\n\"" isString { merge = _: concatStringsSep "\n"; };
    path = mkType "absolute path" (
      value: isPath value || (isString value || value ? outPath) && hasPrefix "/" (toString value)
    ) { };
    package = mkType "package" (value: isAttrs value && value.type or null == "derivation") {
      merge = _: head;
    };
    port = ints.between 0 65535;
    strMatching =
      pattern:
      mkType "string matching the pattern ${pattern}" (
        value: isString value && builtins.match pattern value != null
      ) { };
    ints = {
      between =
        least: most:
        mkType "integer between ${toString least} and ${toString most} (both inclusive)" (
          value: isInt value && value >= least && value <= most
        ) { };
      unsigned = mkType "unsigned integer, meaning >=0" (value: isInt value && value >= 0) { };
      positive = mkType "positive integer, meaning >0" (value: isInt value && value > 0) { };
    };
    nullOr =
      type:
      mkType "null or ${type.description}" (value: value == null || type.check value) {
        merge = loc: values: if all (value: value == null) values then null else type.merge loc values;
      };
    either =
      one: other:
      mkType "${one.description} or ${other.description}" (value: one.check value || other.check value) {
        merge = loc: values: (if all one.check values then one else other).merge loc values;
      };
    oneOf = list: foldl' either (head list) (tail list);
    listOf =
      type:
      mkType "list of ${type.description}" isList {
        merge = loc: values: concatMap (value: optional (value != null) value.value) (
          map (entry: merged (loc ++ [ "[entry]" ]) type [ entry ]) (concatLists values)
        );
      };
    attrsOf =
      type:
      mkType "attribute set of ${type.description}" isAttrs {
        merge =
          loc: values:
          let
            sets = concatMap push values;
            at = name: merged (loc ++ [ name ]) type (concatMap (set: optional (hasAttr name set) set.${name}) sets);
            found = map (name: nameValuePair name (at name)) (unique (concatMap attrNames sets));
          in
          listToAttrs (map (pair: nameValuePair pair.name pair.value.value) (filter (pair: pair.value != null) found));
      };
    submodule =
      module:
      mkType "submodule" (value: isAttrs value || isFunction value) {
        merge = prefix: values: (evalModules { inherit prefix; modules = [ module ] ++ values; }).config;
      };
  };

  lib = {
    inherit (builtins)
      all
      any
      attrNames
      concatMap
      concatStringsSep
      elemAt
      filter
      head
      isBool
      isFloat
      isInt
      isList
      isString
      length
      mapAttrs
      ;
    inherit
      evalModules
      filterAttrs
      hasInfix
      hasPrefix
      hasSuffix
      mapAttrsToList
      mkEnableOption
      mkIf
      mkMerge
      mkOption
      mkOverride
      mkRemovedOptionModule
      nameValuePair
      optional
      optionalAttrs
      optionalString
      range
      removePrefix
      removeSuffix
      toHexString
      toIntBase10
      types
      ;
    boolToString = value: if value then "true" else "false";
    literalExpression = text: {
      _type = "literalExpression";
      inherit text;
    };
    mkDefault = mkOverride 1000;
    mkForce = mkOverride 50;
  };
in
lib
