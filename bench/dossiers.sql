-- name: month
-- One month's records as the door types them: those received in it, and every twentieth of the
-- month before, which is finished by now and told again. `edition` tells a correction apart.
copy (
    with
        months as (
            select date '{month}' as began, '{month}' as label, range as number
            from range({dossiers})
            union all
            select date '{before}', '{before}', range * 20
            from range({again})
            where '{before}' != '{month}'
        ),

        drawn as (
            select
                *,
                hash(label, number, 1) as one,
                hash(label, number, 2) as two,
                label != '{month}' as again,
                {communes}[(number % {areas} + 1)::bigint] as area
            from months
        ),

        received as (
            select *, began::timestamp + to_seconds((one % 2419200)::bigint) as received_at
            from drawn
        )

    select
        'H05.' || area || '-' || label || '-' || number as dossier_id,
        '1.' || (one % 900) as procedure_code,
        'LV' || (one % 40) as field_code,
        (one % 3 + 1)::bigint as channel,
        received_at,
        received_at + interval 5 day as due_at,
        if(
            number % 20 = 0 and not again,
            null,
            received_at + to_seconds((two % 1296000 + {edition})::bigint)
        ) as finished_at,
        4::bigint as status,
        one % 2 = 0 as identity_verified,
        (two % 3)::bigint as online_payment,
        (two % 5) * 10000.0::double as fee,
        two % 2 = 0 as digitised,
        two % 7 = 0 as data_reused,
        area,
        number + 2 as line
    from received
) to '{path}' (format parquet)
;
