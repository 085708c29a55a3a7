_nextcloud__opencode__bot() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="nextcloud__opencode__bot"
                ;;
            nextcloud__opencode__bot,check)
                cmd="nextcloud__opencode__bot__subcmd__check"
                ;;
            nextcloud__opencode__bot,completions)
                cmd="nextcloud__opencode__bot__subcmd__completions"
                ;;
            nextcloud__opencode__bot,dead-letters)
                cmd="nextcloud__opencode__bot__subcmd__dead__subcmd__letters"
                ;;
            nextcloud__opencode__bot,demo)
                cmd="nextcloud__opencode__bot__subcmd__demo"
                ;;
            nextcloud__opencode__bot,doctor)
                cmd="nextcloud__opencode__bot__subcmd__doctor"
                ;;
            nextcloud__opencode__bot,help)
                cmd="nextcloud__opencode__bot__subcmd__help"
                ;;
            nextcloud__opencode__bot,migrate)
                cmd="nextcloud__opencode__bot__subcmd__migrate"
                ;;
            nextcloud__opencode__bot,occ)
                cmd="nextcloud__opencode__bot__subcmd__occ"
                ;;
            nextcloud__opencode__bot,openapi)
                cmd="nextcloud__opencode__bot__subcmd__openapi"
                ;;
            nextcloud__opencode__bot,serve)
                cmd="nextcloud__opencode__bot__subcmd__serve"
                ;;
            nextcloud__opencode__bot__subcmd__dead__subcmd__letters,drop)
                cmd="nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__drop"
                ;;
            nextcloud__opencode__bot__subcmd__dead__subcmd__letters,help)
                cmd="nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help"
                ;;
            nextcloud__opencode__bot__subcmd__dead__subcmd__letters,list)
                cmd="nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__list"
                ;;
            nextcloud__opencode__bot__subcmd__dead__subcmd__letters,retry)
                cmd="nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__retry"
                ;;
            nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help,drop)
                cmd="nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help__subcmd__drop"
                ;;
            nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help,help)
                cmd="nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help__subcmd__help"
                ;;
            nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help,list)
                cmd="nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help__subcmd__list"
                ;;
            nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help,retry)
                cmd="nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help__subcmd__retry"
                ;;
            nextcloud__opencode__bot__subcmd__help,check)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__check"
                ;;
            nextcloud__opencode__bot__subcmd__help,completions)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__completions"
                ;;
            nextcloud__opencode__bot__subcmd__help,dead-letters)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters"
                ;;
            nextcloud__opencode__bot__subcmd__help,demo)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__demo"
                ;;
            nextcloud__opencode__bot__subcmd__help,doctor)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__doctor"
                ;;
            nextcloud__opencode__bot__subcmd__help,help)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__help"
                ;;
            nextcloud__opencode__bot__subcmd__help,migrate)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__migrate"
                ;;
            nextcloud__opencode__bot__subcmd__help,occ)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__occ"
                ;;
            nextcloud__opencode__bot__subcmd__help,openapi)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__openapi"
                ;;
            nextcloud__opencode__bot__subcmd__help,serve)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__serve"
                ;;
            nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters,drop)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters__subcmd__drop"
                ;;
            nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters,list)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters__subcmd__list"
                ;;
            nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters,retry)
                cmd="nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters__subcmd__retry"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        nextcloud__opencode__bot)
            opts="-h -V --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help --version serve demo check doctor occ dead-letters migrate openapi completions help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__check)
            opts="-h --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__completions)
            opts="-h --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help bash zsh fish"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__dead__subcmd__letters)
            opts="-h --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help list retry drop help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__drop)
            opts="-h --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help)
            opts="list retry drop help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help__subcmd__drop)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help__subcmd__help)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help__subcmd__list)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__help__subcmd__retry)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__list)
            opts="-h --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__dead__subcmd__letters__subcmd__retry)
            opts="-h --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__demo)
            opts="-h --page --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --page)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__doctor)
            opts="-h --json --room --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help)
            opts="serve demo check doctor occ dead-letters migrate openapi completions help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__check)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__completions)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters)
            opts="list retry drop"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters__subcmd__drop)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters__subcmd__list)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__dead__subcmd__letters__subcmd__retry)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__demo)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__doctor)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__help)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__migrate)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__occ)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__openapi)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__help__subcmd__serve)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__migrate)
            opts="-h --to --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --to)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__occ)
            opts="-h --new-secret --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --new-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__openapi)
            opts="-h --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        nextcloud__opencode__bot__subcmd__serve)
            opts="-h --nextcloud-url --model-base-url --bot-secret --bot-secret-file --bot-secret-previous --bot-secret-previous-file --bot-host --bot-port --bot-name --webhook-url --allowed-users --allow-guests --allow-federated --bot-language --welcome --reactions --reaction-control --room-commands --wait-notice --limit-window --limit-per-user --limit-per-guest --limit-per-room --limit-queue --retain-on-leave --retention-days --model-name --model-api-key --model-api-key-file --model-max-tokens --model-max-tokens-field --model-context-tokens --model-parallel --model-spread --model-cache-reuse --model-temperature --model-top-p --model-extra --timeout --context-messages --system-prompt --database-url --database-url-file --database-password --database-password-file --admin-listen --shutdown-grace --otel-exporter-otlp-endpoint --otel-exporter-otlp-traces-endpoint --otel-exporter-otlp-headers --otel-service-name --log-format --log-level --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --nextcloud-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-base-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-secret-previous-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-host)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhook-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allowed-users)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-guests)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow-federated)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bot-language)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --welcome)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reactions)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --reaction-control)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --room-commands)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-notice)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-guest)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-per-room)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limit-queue)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retain-on-leave)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retention-days)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-api-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-max-tokens-field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-context-tokens)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-parallel)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-spread)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-cache-reuse)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-temperature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-top-p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --model-extra)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --context-messages)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --system-prompt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-url-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --database-password-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --admin-listen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --shutdown-grace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-traces-endpoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-exporter-otlp-headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --otel-service-name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-format)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --log-level)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _nextcloud__opencode__bot -o nosort -o bashdefault -o default nextcloud-opencode-bot
else
    complete -F _nextcloud__opencode__bot -o bashdefault -o default nextcloud-opencode-bot
fi
