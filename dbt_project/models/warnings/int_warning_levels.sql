-- Grain: indicator × area × rule × period with a sound figure: the level that stands after it.
{{ levels(ref("int_warning_figures")) }}
