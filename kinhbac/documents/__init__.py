"""Files for people, whoever fills them: workbooks whose cells stay text, official papers, and ZIPs
of the same bytes. Not here: what stands in them."""
